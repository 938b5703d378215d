// A link from one page of this project to another leads to a file that is there, and to a heading that is there.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../imports";
import { DOCUMENTS } from "./documents";

const PAGES = [...DOCUMENTS, "CONTRIBUTING.md", "CHANGELOG.md", "src/compile/README.md", "notebooks/README.md"];

/** A text without its code. */
const proseOf = (text: string) => text.replace(/^```[\s\S]*?^```/gm, "");

/** The anchors of a page's headings, as code hosts make them. */
function anchorsOf(text: string): string[] {
  const headings = [...proseOf(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading as string);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The targets of a page's links and pictures that lead to no other host. */
function targetsOf(text: string): string[] {
  const inMarkdown = proseOf(text)
    .replace(/`[^`\n]*`/g, "")
    .matchAll(/\]\(([^)\s]+)\)/g);
  const inHtml = proseOf(text).matchAll(/\b(?:src|srcset|href)="([^"]+)"/g);
  return [...inMarkdown, ...inHtml].map(([, target]) => target as string).filter((target) => !/^\w+:/.test(target));
}

/** What is wrong with a page's links: "docs/text.md: music.md#songs". */
function broken(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const isThere = (target: string) => {
    const [path, anchor] = target.split("#");
    const file = path ? join(ROOT, dirname(page), path) : join(ROOT, page);
    if (!existsSync(file)) return false;
    return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).includes(anchor);
  };
  return targetsOf(text).flatMap((target) => (isThere(target) ? [] : [`${page}: ${target}`]));
}

test("every link between pages leads to a file and a heading that are there", () => {
  const all = PAGES.flatMap((page) => targetsOf(readFileSync(join(ROOT, page), "utf8")));
  expect(all.length).toBeGreaterThan(30);
  expect(PAGES.flatMap(broken)).toEqual([]);
});

test("README leads to every page of docs/, by name", () => {
  const linked = targetsOf(readFileSync(join(ROOT, "README.md"), "utf8"));
  expect(DOCUMENTS.filter((page) => page !== "README.md" && !linked.includes(page))).toEqual([]);
});
