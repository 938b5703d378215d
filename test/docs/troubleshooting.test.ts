// docs/troubleshooting.md shows messages as the sources write them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../imports";
import { documentText } from "./documents";

const SOURCES = ["src", "scripts/setup"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => readFileSync(join(ROOT, folder, path), "utf8")),
);

/** A source's texts as one line of plain words: without what joins the parts of a long message. */
const CODE = SOURCES.join("\n").replace(/["'`] \+\s*["'`]/g, "");

/** The messages in the first column, cut where a message has "…". */
const PARTS = [...documentText("docs/troubleshooting.md").matchAll(/^\| (`.*?`) \| /gm)].flatMap(([, cell = ""]) =>
  [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, message = ""]) => message.split("…").map((part) => part.trim())),
);

test("every message of the page is one that the sources can say", () => {
  expect(PARTS.length).toBeGreaterThan(25);
  expect(PARTS.filter((part) => part.length < 2 || !CODE.includes(part))).toEqual([]);
});
