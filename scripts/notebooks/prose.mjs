/** A notebook's Markdown as HTML. Formulas become MathML, which browsers draw by themselves: a page needs no network. */
import { Marked } from "marked";
import temml from "temml";

/** `$$…$$` may go over several lines; `$…$` stays within one, and holds no code. */
const DISPLAYED = /^\$\$([\s\S]+?)\$\$/;
const INLINE = /^\$(?!\s)((?:\\.|[^$\\\n`])+?)(?<!\s)\$(?!\d)/;

const formulas = {
  name: "formula",
  level: "inline",
  start: (text) => text.indexOf("$"),
  tokenizer(text) {
    const displayed = DISPLAYED.exec(text);
    const found = displayed ?? INLINE.exec(text);
    return found ? { type: "formula", raw: found[0], tex: found[1], displayMode: displayed !== null } : undefined;
  },
  renderer: ({ tex, displayMode }) => temml.renderToString(tex.trim(), { displayMode, throwOnError: true }),
};

const markdown = new Marked({ extensions: [formulas] });

/** @throws Error for a formula that is not TeX */
export function proseHtml(text) {
  return markdown.parse(text);
}
