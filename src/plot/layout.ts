import type { Layout } from "./figure";

/** How wide a figure is drawn that does not say so, at least, in screen pixels: a notebook's column in a small window. */
const NARROW = 720;
const CHARACTER = 8.5; // screen pixels of a title's letter, on average
const LINE = 22; // of a line of a title
const TOP = 56; // above a plot whose title has one line

/**
 * A title with line breaks where the figure's width asks for them, and the room above the plot for its lines: plotly cuts
 * a title off at the figure's edges.
 */
export function titled(text: string, width = NARROW): { readonly title: Layout["title"]; readonly top: number } {
  const lines = brokenInto(text, Math.floor((width - 32) / CHARACTER));
  return { title: { text: lines.join("<br>") }, top: TOP + LINE * (lines.length - 1) };
}

function brokenInto(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length === 0 ? [""] : lines;
}
