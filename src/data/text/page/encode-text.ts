import type { PageTokenizer } from "./page-tokenizer";

/** A text as the page's model reads it. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** What stands in the text for each id. */
  readonly pieces: readonly string[];
  /** The pieces that the vocabulary lacks, which the model reads as `<unk>`. */
  readonly unknown: readonly string[];
}

/**
 * Encodes a text, as the tokenizer's `encode` does. The page gets this function's text, so the function uses nothing from outside.
 *
 * @throws Error for half of a character, and for a piece that the vocabulary lacks where there is no unknown token
 */
export function encodeText(text: string, tokenizer: PageTokenizer): EncodedText {
  const { kind, tokens, specialCount, unknown: unknownId, normalize, lowerCase, pattern, by } = tokenizer;
  if (/\p{Cs}/u.test(text)) throw new Error("The text has half of a character.");
  const normal = (given: string) => (normalize === "none" ? given : given.normalize(normalize));
  const cleaned = () => {
    if (!lowerCase) return normal(text);
    const lower = normal(text.toLowerCase());
    return normalize === "NFKC" || normalize === "NFKD" ? normal(lower.toLowerCase()) : lower;
  };
  const charactersOf = (given: string) => {
    if (by === "codePoint") return [...given];
    return Array.from(new Intl.Segmenter("und", { granularity: "grapheme" }).segment(given), ({ segment }) => segment);
  };
  const wordsOf = (given: string) => given.match(new RegExp(pattern?.source ?? "", pattern?.flags)) ?? [];
  const pieces: readonly string[] = kind === "words" ? wordsOf(cleaned()) : charactersOf(normal(text));
  const idOf = new Map(tokens.slice(specialCount).map((token, i) => [token, specialCount + i]));
  const unknown = pieces.filter((piece) => !idOf.has(piece));
  const ids = pieces.map((piece) => idOf.get(piece) ?? unknownId);
  const known = ids.filter((id) => id !== undefined);
  if (known.length < ids.length) throw new Error(`The vocabulary lacks ${unknown.join(", ")}.`);
  return { ids: known, pieces, unknown };
}

/** The text of ids; special tokens leave none. The page gets this function's text. */
export function decodeIds(ids: readonly number[], { kind, tokens, specialCount }: PageTokenizer): string {
  const texts = ids.filter((id) => id >= specialCount).map((id) => tokens[id]);
  return texts.join(kind === "words" ? " " : "");
}
