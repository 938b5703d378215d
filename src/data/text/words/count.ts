import { DataError } from "../../errors";
import type { TextSource } from "../tokenizer";
import { describeToken } from "../unicode/describe";
import { piecesOf, spaceBoundary } from "../unicode/pieces";
import { checkWellFormed } from "../unicode/well-formed";
import type { Counted } from "../vocabulary/choose";
import { owned } from "../vocabulary/owned";
import { type WordSettings, wordsIn } from "./pattern";

/** A Map takes 2²⁴ keys; so many words need gigabytes already. */
const MOST_WORDS = 16_000_000;

/** All words of a text, in the order of their first occurrence. @throws DataError */
export function countWords(where: string, text: TextSource, settings: WordSettings): Counted[] {
  const counts = new Map<string, { count: number }>();
  let offset = 0;
  for (const piece of piecesOf(where, text, spaceBoundary)) {
    checkWellFormed(where, piece, offset);
    for (const word of wordsIn(where, piece, settings)) {
      const known = counts.get(word);
      if (known) known.count++;
      else counts.set(newWord(where, word, counts.size), { count: 1 });
    }
    offset += piece.length;
  }
  return Array.from(counts, ([word, { count }]) => [word, count]);
}

/** Checks a word that comes for the first time. @throws DataError */
function newWord(where: string, word: string, size: number): string {
  if (word === "") throw new DataError(where, "pattern", "one that matches no empty text", "an empty match");
  if (/\s/.test(word)) {
    throw new DataError(where, "pattern", "one that matches no white space", describeToken(word));
  }
  if (size < MOST_WORDS) return owned(word);
  throw new DataError(where, "text", `at most ${MOST_WORDS} different words`, "more");
}
