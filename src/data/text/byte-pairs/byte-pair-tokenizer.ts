import { createHash } from "node:crypto";
import { DataError } from "../../errors";
import type { TextSource, Tokenizer } from "../tokenizer";
import { decoder, encoder } from "./encoder";
import { tokenizerJson } from "./json/tokenizer-json";
import type { BytePairModel } from "./model";
import { type BytePairOptions, settingsOf } from "./options";
import { preTokenBoundary } from "./pre-tokens/boundary";
import { rolesOf } from "./roles";
import { countPreTokens, type PreTokenCounts } from "./training/count-pre-tokens";
import { alphabetOf, startWords } from "./training/start-words";
import { trainMerges } from "./training/train-merges";

/** Byte pairs: any text becomes ids, and comes back as it was. */
export interface BytePairTokenizer extends Tokenizer {
  readonly kind: "bpe";
  /** What was learned, in Hugging Face's format: the content of `tokenizer.json`. */
  json(): string;
}

/** Whether a tokenizer is one of byte pairs. */
export const isBytePairs = (tokenizer: Tokenizer): tokenizer is BytePairTokenizer =>
  tokenizer.kind === "bpe" && "json" in tokenizer;

const WHERE = "bytePairTokenizer";

/**
 * Learns byte pairs from a text (Sennrich, Haddow and Birch 2016, arXiv:1508.07909; on bytes: Radford et al. 2019,
 * GPT-2). The text is cut into pre-tokens, words with the blank before them mostly; each is a list of bytes; then,
 * again and again, the most frequent pair of neighbours becomes one token. Merges, vocabulary and ids are those of
 * Python's `ByteLevelBPETokenizer` (`tokenizers` 0.23) trained on the whole text as one sequence.
 *
 * The text is read once, in pieces: only distinct pre-tokens and their counts are kept. Decoded ids give the text back
 * as it was, but for special tokens, and for the normal form that `normalize` asks for. A run of more than 1,048,576
 * letters, digits, blanks or signs without a break is refused.
 *
 * @example
 *   const tokenizer = bytePairTokenizer("low low low lower lower lowest", { vocabularySize: 260 });
 *   console.log(tokenizer.encode("lowest").shape, tokenizer.decode(tokenizer.encode("lowest").data));
 *
 * @param text a text, a list of texts, or the pieces of one (see `TextSource`)
 * @throws DataError for an empty text, half of a surrogate pair, options out of range, a vocabulary smaller than its
 * alphabet
 */
export function bytePairTokenizer(text: TextSource, options: BytePairOptions = {}): BytePairTokenizer {
  const settings = settingsOf(WHERE, options);
  const { vocabularySize, minCount, special, alphabet, limitAlphabet, normalize, maxPreTokens, log } = settings;
  const counted = countPreTokens(WHERE, text, normalize, maxPreTokens);
  if (counted.counts.size === 0) throw new DataError(WHERE, "text", "one character at least", "an empty text");
  if (counted.dropped > 0) log(droppedLine(counted));
  const characters = alphabetOf(counted.counts, alphabet, limitAlphabet);
  const tokens = [...special, ...characters];
  if (tokens.length > vocabularySize) {
    const parts = `${special.length} special tokens and ${characters.length} bytes`;
    throw new DataError(WHERE, "vocabularySize", `at least ${tokens.length} (${parts})`, String(vocabularySize));
  }
  const pairs = trainMerges(startWords(counted.counts, tokens), tokens, vocabularySize, minCount);
  const merges = pairs.map(([first, second]) => [tokens[first] as string, tokens[second] as string] as const);
  return bytePairsOf({ tokens, merges, special, normalize });
}

/** The tokenizer that a model makes. */
export function bytePairsOf(model: BytePairModel): BytePairTokenizer {
  const ids = new Map(model.tokens.map((token, id) => [token, id]));
  const json = tokenizerJson(model);
  return {
    kind: "bpe",
    vocabularySize: model.tokens.length,
    special: rolesOf(model.special, ids),
    digest: createHash("sha256").update(json).digest("hex"),
    encode: encoder(model),
    decode: decoder(model),
    token(id) {
      const token = Number.isInteger(id) ? model.tokens[id] : undefined;
      if (token !== undefined) return token;
      throw new DataError("token", "id", `an id, a whole number from 0 to ${model.tokens.length - 1}`, String(id));
    },
    id: (token) => ids.get(token),
    boundary: (text) => preTokenBoundary(text, model.normalize, model.special),
    json: () => json,
    toJSON: () => JSON.parse(json),
  };
}

function droppedLine({ counts, dropped, droppedUpTo }: PreTokenCounts): string {
  const rare = `${dropped} rare pre-tokens were left out, which had occurred ${droppedUpTo} times at most`;
  return `byte pairs: ${rare}; ${counts.size} are kept (maxPreTokens)`;
}
