import { type BytePairTokenizer, bytePairsOf } from "./byte-pair-tokenizer";
import { readTokenizerJson } from "./json/read-tokenizer-json";

/**
 * The byte pairs of a `tokenizer.json`. @param where names it in errors @throws DataError naming what is damaged or not
 * supported
 */
export function bytePairsOfJson(json: string, where: string): BytePairTokenizer {
  return bytePairsOf(readTokenizerJson(json, where), where);
}
