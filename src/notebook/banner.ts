import type { DataOrigin } from "./check";
import { display } from "./kernel";

/** A note that no reader overlooks: Markdown's quotation, which every page sets apart. */
export function banner(title: string, text: string): void {
  display({ "text/markdown": `> **${title}** ${text}`, "text/plain": `${title} ${text}` });
}

const KINDS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  "stand-in": {
    title: "Stand-in data.",
    text: "All figures and sentences below are about these data; no claim on them counts as proven.",
  },
  generated: {
    title: "Generated data.",
    text: "All figures and sentences below are about these data, not about the world.",
  },
};

/**
 * Says where data came from. Data that are not the real ones get a banner, because every figure below it depends on that.
 *
 *   showSource(mnist.source);
 */
export function showSource({ kind, description = "" }: DataOrigin): void {
  const known = KINDS[kind];
  if (known) banner(known.title, `Here: ${description}. ${known.text}`);
  else console.log(`data: ${description || kind}`);
}
