import { checkOptions } from "../../check-options";
import { checkWhole, DataError } from "../../errors";
import { checkNormalization, type Normalization } from "../unicode/normalization";
import { checkWellFormed } from "../unicode/well-formed";
import { SPECIAL_NAMES, specialKeys } from "../vocabulary/special";

/** The names are those of the other tokenizers; behind each stands the name in Python's `tokenizers`. */
export interface BytePairOptions {
  /** Tokens at most, with the special ones and the alphabet (vocab_size). A short text has fewer. Default: 30,000. */
  vocabularySize?: number;
  /** A pair that occurs less often is not merged (min_frequency). Default: 2. */
  minCount?: number;
  /** Have a token `<pad>`, with id 0. Default: false. */
  padding?: boolean;
  /** Have a token `<bos>`, which stands before a text. Default: false. */
  begin?: boolean;
  /** Have a token `<eos>`, which stands after a text. Default: false. */
  end?: boolean;
  /**
   * Further special tokens, with the ids after those (special_tokens). Unlike the other tokenizers, this one finds all
   * special tokens in a text by their spelling, as Python does: "<eos>" in a text is the one token. `<s>`, `</s>` and
   * `<|endoftext|>` are `begin`, `end` and `end`. Default: none.
   */
  special?: readonly string[];
  /**
   * "bytes": all 256 bytes are tokens, so that any text has ids; "seen": only those of the corpus (initial_alphabet).
   * Default: "bytes".
   */
  alphabet?: "bytes" | "seen";
  /** Of the alphabet only so many bytes stay, the most frequent ones (limit_alphabet). Default: all. */
  limitAlphabet?: number;
  /**
   * The normal form of Unicode that texts get first; "NFC" makes both spellings of "é" one. Decoded texts are in this form.
   * Default: "none", so that each text comes back as it was.
   */
  normalize?: Normalization;
  /**
   * Distinct pre-tokens (words, mostly) that are kept at most; when there are more, the rarest are left out, and a line
   * says so. Default: 5,000,000.
   */
  maxPreTokens?: number;
  /** Prints that line. Default: console.log. */
  log?: (line: string) => void;
}

const OPTIONS = [
  "vocabularySize",
  "minCount",
  "padding",
  "begin",
  "end",
  "special",
  "alphabet",
  "limitAlphabet",
  "normalize",
  "maxPreTokens",
  "log",
];

/** All options, with the special tokens in one list. */
export type BytePairSettings = Required<Omit<BytePairOptions, "padding" | "begin" | "end">>;

/** @throws DataError naming the option that is unknown or out of range */
export function settingsOf(where: string, options: BytePairOptions): BytePairSettings {
  checkOptions(where, options, OPTIONS);
  const { vocabularySize = 30_000, minCount = 2, alphabet = "bytes", normalize = "none" } = options;
  const { limitAlphabet = 256, maxPreTokens = 5_000_000, log = console.log, special: given = [] } = options;
  const further = specialKeys(where, options).map((key) => SPECIAL_NAMES[key]);
  if (!Array.isArray(given)) throw new DataError(where, "special", "a list of texts", typeof given);
  if (typeof log !== "function") throw new DataError(where, "log", "a function", typeof log);
  const special = [...further, ...given];
  checkWhole(where, "vocabularySize", vocabularySize, 1, 2 ** 24);
  checkWhole(where, "minCount", minCount, 0);
  checkWhole(where, "limitAlphabet", limitAlphabet, 1, 256);
  checkWhole(where, "maxPreTokens", maxPreTokens, 2, 2 ** 23);
  checkNormalization(where, "normalize", normalize);
  checkSpecial(where, special);
  if (alphabet !== "bytes" && alphabet !== "seen") {
    throw new DataError(where, "alphabet", '"bytes" or "seen"', JSON.stringify(alphabet));
  }
  return { vocabularySize, minCount, special, alphabet, limitAlphabet, normalize, maxPreTokens, log };
}

function checkSpecial(where: string, special: readonly string[]): void {
  special.forEach((token, at) => {
    const isNew = typeof token === "string" && token.length > 1 && special.indexOf(token) === at;
    if (!isNew) {
      throw new DataError(where, `special[${at}]`, "different texts of two characters or more", JSON.stringify(token));
    }
    checkWellFormed(where, token);
  });
}
