import { DataError } from "../../errors";
import { isHighSurrogate, isLowSurrogate } from "./normalization";

/** Halves of characters: `\p{Cs}` matches no pair of surrogates. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Refuses halves of characters. @param offset where the text begins in a longer one. @throws DataError for the first half */
export function checkWellFormed(where: string, text: string, offset = 0): void {
  const at = text.search(LONE_SURROGATE);
  if (at < 0) return;
  const half = `a lone surrogate (U+${text.charCodeAt(at).toString(16).toUpperCase()}), half of a character`;
  throw new DataError(where, `text[${offset + at}]`, "whole characters", half);
}

/** Whether a text has the two halves of one character from an index on. */
export const isPairAt = (text: string, index: number): boolean =>
  isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1));
