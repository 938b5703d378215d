import { DataError } from "../../errors";
import { isRecord } from "../../formats/safetensors/header";
import { checkNormalization } from "../unicode/normalization";
import { readVocabulary, short } from "../vocabulary/file";
import { WORD, wordPattern } from "./pattern";
import { type WordTokenizer, wordsOf } from "./word-tokenizer";

/** The tokenizer of a file. @param given the pattern, where the file's tokenizer was made with one. @throws DataError */
export function readWords(content: Readonly<Record<string, unknown>>, file: string, given?: RegExp): WordTokenizer {
  const vocabulary = readVocabulary(content, file, ["kind", "lowerCase", "pattern", "normalize"]);
  const { lowerCase, pattern, normalize } = content;
  if (typeof lowerCase !== "boolean") throw new DataError(file, "lowerCase", "true or false", short(lowerCase));
  checkNormalization(file, "normalize", normalize);
  return wordsOf(vocabulary, { lowerCase, pattern: patternOf(file, pattern, given), normalize });
}

/** Compares the pattern of a file with the one that was given; no pattern is made of a file. @throws DataError */
function patternOf(file: string, stored: unknown, given: RegExp | undefined): RegExp {
  if (stored === null) {
    if (given === undefined) return WORD;
    throw new DataError("loadTokenizer", "pattern", `none, as ${file} has the default one`, String(given));
  }
  const isPattern = isRecord(stored) && typeof stored.source === "string" && typeof stored.flags === "string";
  if (!isPattern) throw new DataError(file, "pattern", "null or { source, flags }", short(stored));
  const pattern = given && wordPattern("loadTokenizer", given);
  if (pattern && pattern.source === stored.source && pattern.flags === stored.flags) return pattern;
  const expected = `/${stored.source}/${stored.flags}, with which the tokenizer was made (patterns are not taken from files)`;
  throw new DataError("loadTokenizer", "pattern", expected, given === undefined ? "none" : String(given));
}
