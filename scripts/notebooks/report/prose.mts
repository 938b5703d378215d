/** A notebook's Markdown as HTML. KaTeX draws the formulas here, so that a page needs its style and fonts only. */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import katex from "katex";
import { Marked, type TokenizerAndRendererExtension } from "marked";

/** `$$…$$` may go over several lines; `$…$` stays within one, and holds no code. */
const DISPLAYED = /^\$\$([\s\S]+?)\$\$/;
const INLINE = /^\$(?!\s)((?:\\.|[^$\\\n`])+?)(?<!\s)\$(?!\d)/;

const formulas: TokenizerAndRendererExtension = {
  name: "formula",
  level: "inline",
  start: (text) => text.indexOf("$"),
  tokenizer(text) {
    const displayed = DISPLAYED.exec(text);
    const found = displayed ?? INLINE.exec(text);
    return found ? { type: "formula", raw: found[0], tex: found[1], displayMode: displayed !== null } : undefined;
  },
  renderer: ({ tex, displayMode }) => katex.renderToString(tex.trim(), { displayMode }),
};

const markdown = new Marked({ extensions: [formulas] });

/** @throws Error for a formula that is not TeX */
export function proseHtml(text: string): string {
  return markdown.parse(text, { async: false });
}

/** Copies KaTeX's style and fonts beside a page. @returns the style's path from there */
export function copyFormulaStyle(folder: string): string {
  const style = createRequire(import.meta.url).resolve("katex/dist/katex.min.css");
  const fonts = join(dirname(style), "fonts");
  mkdirSync(join(folder, "katex", "fonts"), { recursive: true });
  copyFileSync(style, join(folder, "katex", "katex.min.css"));
  for (const name of readdirSync(fonts).filter((each) => each.endsWith(".woff2"))) {
    copyFileSync(join(fonts, name), join(folder, "katex", "fonts", name));
  }
  return "katex/katex.min.css";
}
