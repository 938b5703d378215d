// docs/troubleshooting.md shows messages as the sources write them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../imports";
import { documentText } from "./documents";

/** Each source's texts as plain words: without what joins the parts of a long message. */
const SOURCES = ["src", "scripts/setup"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => readFileSync(join(ROOT, folder, path), "utf8").replace(/["'`] \+\s*["'`]/g, "")),
);

/** The messages in the first columns. */
const MESSAGES = [...documentText("docs/troubleshooting.md").matchAll(/^\| (`.*?`) \| /gm)].flatMap(([, cell = ""]) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message),
);

/** Whether a source has a message's words in their order: what stands for "…" is short. */
function canSay(source: string, message: string): boolean {
  const parts = message.split("…").map((part) => part.trim());
  if (!parts.every((part) => source.includes(part))) return false;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(escaped.join("[^]{1,120}?")).test(source);
}

test("every message of the page is one that a source can say", () => {
  expect(MESSAGES.length).toBeGreaterThan(30);
  const wrong = MESSAGES.filter((message) => !SOURCES.some((source) => canSay(source, message)));
  expect(wrong).toEqual([]);
});

test("a message that no source can say is found", () => {
  const real = "unroll: computing in WebAssembly";
  expect(SOURCES.some((source) => canSay(source, real))).toBe(true);
  expect(SOURCES.some((source) => canSay(source, real.replace("computing", "calculating")))).toBe(false);
});
