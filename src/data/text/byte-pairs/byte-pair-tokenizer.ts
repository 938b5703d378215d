import { checkWhole, DataError } from "../../errors";
import type { TextSource, Tokenizer } from "./contract";
import { decoder, encoder } from "./encoder";
import { tokenizerJson } from "./json/tokenizer-json";
import type { BytePairModel } from "./model";
import { checkWellFormed } from "./pre-tokens/text-pieces";
import { rolesOf } from "./roles";
import { countPreTokens, type PreTokenCounts } from "./training/count-pre-tokens";
import { alphabetOf, startWords } from "./training/start-words";
import { trainMerges } from "./training/train-merges";

/** The names are those of the other tokenizers; behind each stands the name in Python's `tokenizers`. */
export interface BytePairOptions {
  /** Tokens at most, with the special ones and the alphabet (vocab_size). A short text has fewer. Default: 30,000. */
  vocabularySize?: number;
  /** A pair that occurs less often is not merged (min_frequency). Default: 2. */
  minCount?: number;
  /**
   * Special tokens, which get the first ids (special_tokens). In a text that is encoded they are found by their text,
   * and decoded they leave no text. `<pad>`, `<unk>`, `<s>`, `</s>` and `<|endoftext|>` (an end) stand in `special`
   * too. Default: none.
   */
  special?: readonly string[];
  /**
   * "bytes": all 256 bytes are tokens, so that any text has ids; "seen": only those of the corpus (initial_alphabet).
   * Default: "bytes".
   */
  alphabet?: "bytes" | "seen";
  /** Of the alphabet only so many bytes stay, the most frequent ones (limit_alphabet). Default: all. */
  limitAlphabet?: number;
  /** Brings texts into Unicode's normal form C first, so that "é" is the same in both its spellings. Default: false. */
  nfc?: boolean;
  /**
   * Distinct pre-tokens (words, mostly) that are kept at most; when there are more, the rarest are left out, and a line
   * says so. Default: 5,000,000.
   */
  maxPreTokens?: number;
  /** Prints that line. Default: console.log. */
  log?: (line: string) => void;
}

/** Byte pairs: any text becomes ids, and comes back as it was. */
export interface BytePairTokenizer extends Tokenizer {
  readonly kind: "bpe";
  /** What was learned, in Hugging Face's format: the content of `tokenizer.json`. */
  json(): string;
}

const WHERE = "bytePairTokenizer";

const OPTIONS = ["vocabularySize", "minCount", "special", "alphabet", "limitAlphabet", "nfc", "maxPreTokens", "log"];

/**
 * Learns byte pairs from a text (Sennrich, Haddow and Birch 2016, arXiv:1508.07909; on bytes: Radford et al. 2019,
 * GPT-2). The text is cut into pre-tokens, words with the blank before them mostly; each is a list of bytes; then,
 * again and again, the most frequent pair of neighbours becomes one token. Merges, vocabulary and ids are those of
 * Python's `ByteLevelBPETokenizer` (`tokenizers` 0.23) trained on the whole text as one sequence.
 *
 * The text is read once, in pieces: only distinct pre-tokens and their counts are kept. Decoded ids give the text back
 * as it was, but for special tokens, and for its normal form if `nfc` is asked for. A run of more than 1,048,576
 * letters, digits, blanks or signs without a break is refused.
 *
 * @example
 *   const tokenizer = bytePairTokenizer("low low low lower lower lowest", { vocabularySize: 260 });
 *   console.log(tokenizer.encode("lowest").shape, tokenizer.decode(tokenizer.encode("lowest").data));
 *
 * @param text a text, or pieces of one
 * @throws DataError for an empty text, half of a surrogate pair, options out of range, a vocabulary smaller than its
 * alphabet
 */
export function bytePairTokenizer(text: TextSource, options: BytePairOptions = {}): BytePairTokenizer {
  const { vocabularySize = 30_000, minCount = 2, special = [], alphabet = "bytes", nfc = false } = options;
  const { limitAlphabet = 256, maxPreTokens = 5_000_000, log = console.log } = options;
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) throw new DataError(WHERE, "options", `{ ${OPTIONS.join(", ")} }`, `also ${unknown}`);
  checkWhole(WHERE, "vocabularySize", vocabularySize, 1, 2 ** 24);
  checkWhole(WHERE, "minCount", minCount, 0);
  checkWhole(WHERE, "limitAlphabet", limitAlphabet, 1, 256);
  checkWhole(WHERE, "maxPreTokens", maxPreTokens, 2, 2 ** 23);
  checkSpecial(special);
  if (alphabet !== "bytes" && alphabet !== "seen") {
    throw new DataError(WHERE, "alphabet", '"bytes" or "seen"', JSON.stringify(alphabet));
  }
  const counted = countPreTokens(text, nfc, maxPreTokens, WHERE);
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
  return bytePairsOf({ tokens, merges, special, nfc }, WHERE);
}

/** The tokenizer that a model makes. @param where names it in errors */
export function bytePairsOf(model: BytePairModel, where: string): BytePairTokenizer {
  const ids = new Map(model.tokens.map((token, id) => [token, id]));
  return {
    kind: "bpe",
    vocabularySize: model.tokens.length,
    special: rolesOf(model.special, ids),
    encode: encoder(model, where),
    decode: decoder(model, where),
    token(id) {
      const token = model.tokens[id];
      if (token !== undefined) return token;
      throw new DataError(where, "id", `a whole number from 0 to ${model.tokens.length - 1}`, String(id));
    },
    id: (token) => ids.get(token),
    json: () => tokenizerJson(model),
  };
}

function checkSpecial(special: readonly string[]): void {
  special.forEach((token, at) => {
    const isNew = typeof token === "string" && token.length > 1 && special.indexOf(token) === at;
    if (!isNew) {
      throw new DataError(WHERE, `special[${at}]`, "different texts of two characters or more", JSON.stringify(token));
    }
    checkWellFormed(token, WHERE);
  });
}

function droppedLine({ counts, dropped, droppedUpTo }: PreTokenCounts): string {
  const rare = `${dropped} rare pre-tokens were left out, which had occurred ${droppedUpTo} times at most`;
  return `byte pairs: ${rare}; ${counts.size} are kept (maxPreTokens)`;
}
