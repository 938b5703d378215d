import { checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { isRecord } from "../../formats/safetensors/header";
import type { BytePairTokenizer } from "../byte-pairs/byte-pair-tokenizer";
import { bytePairsOfJson } from "../byte-pairs/byte-pairs-of-json";
import type { CharacterTokenizer } from "../characters/character-tokenizer";
import { readCharacters } from "../characters/file";
import type { Tokenizer } from "../tokenizer";
import { FORMAT, short } from "../vocabulary/file";
import { readWords } from "../words/file";
import type { WordTokenizer } from "../words/word-tokenizer";
import { readJson } from "./read-json";

export interface LoadTokenizerOptions {
  /** The kind that the file must have. Default: any. */
  kind?: Tokenizer["kind"];
  /** The `digest` that the tokenizer must have: that of the one which a model was trained with. Default: any. */
  digest?: string;
  /**
   * The pattern of a tokenizer of words that was made with one. A pattern is not taken from a file, because a hostile
   * one can run for ever.
   */
  pattern?: RegExp;
}

/**
 * Reads a tokenizer from the file that `saveTokenizer` wrote, or from a `tokenizer.json` of Hugging Face with byte
 * pairs as GPT-2 has them. A file with anything else (WordPiece, Unigram, another pre-tokenizer) is refused by that
 * part's name. The file may come from anyone: nothing in it is run, its sizes and types are checked, and a damaged one
 * is refused.
 *
 * @example
 *   const tokenizer = await loadTokenizer("model/words.json", { kind: "words" });
 *   const counts = tokenizer.counts(); // int32 [vocabularySize]
 *
 * @throws DataError for a file that is not there, is damaged, is no tokenizer, has parts that are not supported, another
 *   kind or another digest
 */
export async function loadTokenizer(
  path: string,
  options: LoadTokenizerOptions & { kind: "chars" },
): Promise<CharacterTokenizer>;
export async function loadTokenizer(
  path: string,
  options: LoadTokenizerOptions & { kind: "words" },
): Promise<WordTokenizer>;
export async function loadTokenizer(
  path: string,
  options: LoadTokenizerOptions & { kind: "bpe" },
): Promise<BytePairTokenizer>;
export async function loadTokenizer(path: string, options?: LoadTokenizerOptions): Promise<Tokenizer>;
export async function loadTokenizer(path: string, options: LoadTokenizerOptions = {}): Promise<Tokenizer> {
  checkOptions("loadTokenizer", options, ["kind", "digest", "pattern"]);
  const content = await readJson(path);
  if (!isRecord(content)) throw new DataError(path, "text", "a JSON object", short(content));
  const tokenizer = tokenizerOf(content, path, options);
  const { kind = tokenizer.kind, digest = tokenizer.digest } = options;
  if (tokenizer.kind !== kind) throw new DataError(path, "kind", JSON.stringify(kind), JSON.stringify(tokenizer.kind));
  if (tokenizer.digest === digest) return tokenizer;
  throw new DataError(path, "digest", `${short(digest)}, that of the tokenizer asked for`, short(tokenizer.digest));
}

function tokenizerOf(
  content: Readonly<Record<string, unknown>>,
  path: string,
  { pattern }: LoadTokenizerOptions,
): Tokenizer {
  const { format, kind } = content;
  if (format === undefined && isRecord(content.model)) return bytePairsOfJson(content, path);
  if (format !== FORMAT) throw new DataError(path, "format", JSON.stringify(FORMAT), short(format));
  if (kind === "chars") return readCharacters(content, path);
  if (kind === "words") return readWords(content, path, pattern);
  throw new DataError(path, "kind", '"chars" or "words"', short(kind));
}
