// Prose of the exported page: Markdown, and formulas drawn by KaTeX, which needs no network.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNotebook } from "../../../scripts/notebooks/find.mts";
import { proseHtml } from "../../../scripts/notebooks/report/prose.mts";
import { joined } from "../../../scripts/setup/jupyter/notebook-file.mjs";
import { ROOT } from "../../../scripts/setup/paths.mjs";

test("headings, tables and links become HTML", () => {
  expect(proseHtml("## Title\n\n[06](06-lstm.ipynb)")).toMatch(/<h2>Title<\/h2>\n<p><a href="06-lstm.ipynb">06<\/a>/);
  expect(proseHtml("| a | b |\n| --- | --- |\n| 1 | `x` |")).toContain("<td><code>x</code></td>");
});

test("a formula is drawn, in a line or displayed; a price and code are none", () => {
  expect(proseHtml("From $t = 0$ on.")).toMatch(/^<p>From <span class="katex">.*<\/span> on\.<\/p>/);
  expect(proseHtml("$$y = \\begin{bmatrix} a \\\\ b \\end{bmatrix}$$")).toContain('<span class="katex-display">');
  expect(proseHtml("It costs $5, or $6 with `$x$`.")).not.toContain("katex");
  expect(() => proseHtml("$\\frac{1$")).toThrow();
});

const folder = join(ROOT, "notebooks");
test.each(readdirSync(folder).filter((name) => name.endsWith(".ipynb")))("every formula of %s is drawn", (name) => {
  for (const { cell_type, source } of readNotebook(join(folder, name)).cells) {
    if (cell_type !== "markdown") continue;
    const html = proseHtml(joined(source));
    expect(html.replace(/<code>.*?<\/code>/gs, "")).not.toMatch(/\$|katex-error/);
  }
});
