import { type BytePairTokenizer, bytePairsOf } from "./byte-pair-tokenizer";
import type { JsonObject } from "./json/check-parts";
import { readTokenizerJson } from "./json/read-tokenizer-json";

/**
 * The byte pairs of the content of a `tokenizer.json`. @param where names it in errors @throws DataError naming what is damaged or not
 * supported
 */
export function bytePairsOfJson(content: JsonObject, where: string): BytePairTokenizer {
  return bytePairsOf(readTokenizerJson(content, where));
}
