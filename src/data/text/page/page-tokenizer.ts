import { ArgumentError, describe } from "../../../arguments";
import type { Tokenizer } from "../tokenizer";
import { WORD } from "../words/pattern";

/** What the page must know of a tokenizer. */
export interface PageTokenizer {
  readonly kind: "words" | "chars";
  /** All tokens by id, the special ones first. */
  readonly tokens: readonly string[];
  /** How many tokens are special: text never becomes one of them. */
  readonly specialCount: number;
  /** The id of tokens that are not in the vocabulary; absent where the tokenizer refuses them. */
  readonly unknown?: number;
  /** The normal form of Unicode, or "none". */
  readonly normalize: string;
  /** Of words: whether "The" is "the". */
  readonly lowerCase?: boolean;
  /** Of words: the regular expression that finds them. */
  readonly pattern?: { readonly source: string; readonly flags: string };
  /** Of characters: "codePoint" or "grapheme". */
  readonly by?: string;
}

/** @throws ArgumentError for a tokenizer of byte pairs, whose merges the page does not have, or of another kind */
export function pageTokenizer(where: string, argument: string, tokenizer: Tokenizer): PageTokenizer {
  const { kind, special, vocabularySize } = tokenizer;
  if (kind !== "words" && kind !== "chars") {
    const expected = "a tokenizer of words or of characters, which the page can be";
    throw new ArgumentError(where, argument, expected, kind === "bpe" ? "one of byte pairs" : describe(kind));
  }
  const { normalize, lowerCase, pattern, by } = tokenizer.toJSON() as unknown as Stored; // of these kinds
  return {
    kind,
    tokens: Array.from({ length: vocabularySize }, (_, id) => tokenizer.token(id)),
    specialCount: Object.keys(special).length,
    ...(special.unknown !== undefined && { unknown: special.unknown }),
    normalize,
    ...(kind === "words" ? { lowerCase, pattern: pattern ?? { source: WORD.source, flags: WORD.flags } } : { by }),
  };
}

/** What the files of both kinds have, and null for the default pattern. */
interface Stored extends Pick<PageTokenizer, "normalize" | "lowerCase" | "by"> {
  readonly pattern?: PageTokenizer["pattern"] | null;
}
