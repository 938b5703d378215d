import { checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { type CountedTokenizer, idsOf, type TextSource } from "../tokenizer";
import { checkNormalization, type Normalization } from "../unicode/normalization";
import { spaceBoundary } from "../unicode/pieces";
import {
  checkVocabularyOptions,
  chooseVocabulary,
  VOCABULARY_OPTIONS,
  type VocabularyOptions,
} from "../vocabulary/choose";
import { digestOf, vocabularyJson } from "../vocabulary/file";
import { countsOf, idOf, tokenOf, type Vocabulary } from "../vocabulary/vocabulary";
import { countWords } from "./count";
import { wordEncoder } from "./encode";
import { cleaned, WORD, type WordSettings, wordPattern } from "./pattern";

export interface WordTokenizerOptions extends VocabularyOptions {
  /** Take "The" for "the". Default: false. */
  lowerCase?: boolean;
  /**
   * What a word is: a regular expression, which gets the flags g and u. What it does not match is no part of any word, and leaves no
   * id. A match has no white space. Default: letters, numbers and _, joined by ' and -; or a run of other characters
   * that are no white space. `/\S+/` takes words as white space parts them.
   */
  pattern?: RegExp;
  /** The normal form of Unicode that texts get first; "none" leaves texts as they are. Default: "NFC". */
  normalize?: Normalization;
}

/** A tokenizer of words. */
export interface WordTokenizer extends CountedTokenizer {
  readonly kind: "words";
}

/**
 * A tokenizer whose tokens are words and marks of punctuation. Ids are in the order of falling count, ties in the order
 * of first occurrence, after the special tokens `<pad>`, `<unk>`, `<bos>` and `<eos>`, those that the options ask for.
 * `<unk>` is there unless `unknown` is false, because every new text has new words.
 *
 * Decoded words are joined by a space: the white space of the text is not kept.
 *
 * The text is counted in one pass; it may be a file, `textChunks(path)`. The memory grows with the number of different
 * words alone.
 *
 * @example
 *   const tokenizer = wordTokenizer("The cat sat. The dog sat.", { lowerCase: true });
 *   const ids = tokenizer.encode("the bird sat"); // int32 [3]: 1, 0 (<unk>), 2
 *   const text = tokenizer.decode(ids); // "the sat"
 *
 * @throws DataError for a text without words, a lone surrogate, a pattern that matches white space or the empty text, tokens that are left out with `unknown: false`, or an option out of range
 */
export function wordTokenizer(text: TextSource, options: WordTokenizerOptions = {}): WordTokenizer {
  const where = "wordTokenizer";
  checkOptions(where, options, [...VOCABULARY_OPTIONS, "lowerCase", "pattern", "normalize"]);
  const { lowerCase = false, pattern: given, normalize = "NFC", ...choice } = options;
  if (typeof lowerCase !== "boolean") throw new DataError(where, "lowerCase", "true or false", typeof lowerCase);
  checkNormalization(where, "normalize", normalize);
  const settings = { lowerCase, pattern: wordPattern(where, given), normalize };
  const chosen = { unknown: true, ...choice };
  checkVocabularyOptions(where, chosen);
  const vocabulary = chooseVocabulary(where, countWords(where, text, settings), { ...chosen, order: "count" });
  return wordsOf(vocabulary, settings);
}

/** The tokenizer of a vocabulary. */
export function wordsOf(vocabulary: Vocabulary, settings: WordSettings): WordTokenizer {
  const { tokens, special, specialKeys } = vocabulary;
  const { pattern, lowerCase, normalize } = settings;
  const stored = pattern === WORD ? null : { source: pattern.source, flags: pattern.flags };
  const file = { kind: "words", lowerCase, pattern: stored, normalize } as const;
  return {
    kind: "words",
    vocabularySize: tokens.length,
    special,
    digest: digestOf(file, vocabulary),
    encode: wordEncoder(vocabulary, settings),
    decode: (ids) => {
      const list = idsOf("decode", ids);
      const words: string[] = [];
      for (let i = 0; i < list.length; i++) {
        const token = tokenOf(vocabulary, "decode", list[i] as number, i);
        if ((list[i] as number) >= specialKeys.length) words.push(token);
      }
      return words.join(" ");
    },
    token: (id) => tokenOf(vocabulary, "token", id),
    id: (token) => idOf(vocabulary, cleaned(token, settings)),
    counts: () => countsOf(vocabulary),
    boundary: spaceBoundary,
    toJSON: () => vocabularyJson(file, vocabulary),
  };
}
