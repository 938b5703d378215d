import { DataError } from "../../errors";
import { describeToken } from "../unicode/describe";
import { type Normalization, normalized } from "../unicode/normalization";

/**
 * A word: letters (with their marks), numbers and _, joined by apostrophes and hyphens; or a run of other characters that
 * are no white space, such as "..." or an emoji. So all of a text but its white space is in words.
 */
export const WORD =
  /[\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Join_C}_]*(?:['’-][\p{L}\p{N}_][\p{L}\p{M}\p{N}\p{Join_C}_]*)*|[^\s\p{L}\p{N}_]+/gu;

/**
 * A pattern of words as it is used: global, and in Unicode, without which it would match halves of characters.
 *
 * @throws DataError for what is no pattern, or none in Unicode
 */
export function wordPattern(where: string, pattern: unknown): RegExp {
  if (pattern === undefined) return WORD;
  if (!(pattern instanceof RegExp)) throw new DataError(where, "pattern", "a regular expression", typeof pattern);
  if (pattern.sticky) throw new DataError(where, "pattern", "no flag y", String(pattern));
  const unicode = /[uv]/.test(pattern.flags) ? "" : "u";
  try {
    return new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g${unicode}`);
  } catch (error) {
    throw new DataError(where, "pattern", "one that is valid with the flag u", (error as Error).message);
  }
}

/** What decides which words a text has. */
export interface WordSettings {
  readonly lowerCase: boolean;
  readonly pattern: RegExp;
  readonly normalize: Normalization;
}

/** A text as its words are found in it. */
export function cleaned(text: string, { lowerCase, normalize }: Omit<WordSettings, "pattern">): string {
  if (!lowerCase) return normalized(text, normalize);
  const lower = normalized(text.toLowerCase(), normalize);
  // NFKC and NFKD make letters of signs that have no lower case: of the sign ℃ "°C".
  return normalize === "NFKC" || normalize === "NFKD" ? normalized(lower.toLowerCase(), normalize) : lower;
}

/**
 * The words of a piece of text that was cut at white space.
 *
 * @throws DataError where the engine of regular expressions runs out of its stack, in a word of millions of characters
 */
export function wordsIn(where: string, piece: string, settings: WordSettings): readonly string[] {
  const text = cleaned(piece, settings);
  try {
    return text.match(settings.pattern) ?? [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = "words that the pattern can match: shorter ones, or a pattern without groups that repeat";
    throw new DataError(where, "text", expected, `${text.length} characters, ${describeToken(text)}`);
  }
}
