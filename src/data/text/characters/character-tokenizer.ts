import { checkOptions } from "../../check-options";
import { DataError } from "../../errors";
import { type CountedTokenizer, idsOf, type TextSource } from "../tokenizer";
import { graphemeBoundary } from "../unicode/graphemes";
import { checkNormalization, type Normalization, normalizationBoundary, normalized } from "../unicode/normalization";
import { piecesOf } from "../unicode/pieces";
import { checkWellFormed } from "../unicode/well-formed";
import {
  checkVocabularyOptions,
  chooseVocabulary,
  VOCABULARY_OPTIONS,
  type VocabularyOptions,
} from "../vocabulary/choose";
import { digestOf, vocabularyJson } from "../vocabulary/file";
import { countsOf, idOf, tokenOf, type Vocabulary } from "../vocabulary/vocabulary";
import { countCodePoints, countGraphemes } from "./count";
import { type CharacterUnit, characterEncoder } from "./encode";

export interface CharacterTokenizerOptions extends VocabularyOptions {
  /**
   * What a character is: a "codePoint", or a "grapheme" (an extended grapheme cluster of Unicode: a letter with all its
   * marks, a flag, an emoji of several parts), what a reader takes for one character. Graphemes follow the Unicode
   * version of the running Node. Default: "codePoint".
   */
  by?: CharacterUnit;
  /**
   * The normal form of Unicode that texts get first. The decoded text is in this form. "none" leaves texts as they are.
   * Default: "NFC".
   */
  normalize?: Normalization;
}

/** A tokenizer of characters. */
export interface CharacterTokenizer extends CountedTokenizer {
  readonly kind: "chars";
}

/** What decides which characters a text has. */
export interface CharacterSettings {
  readonly by: CharacterUnit;
  readonly normalize: Normalization;
}

/**
 * A tokenizer whose tokens are the characters of a text. Ids are in the order of first occurrence, after the special
 * tokens `<pad>`, `<unk>`, `<bos>` and `<eos>`, those that the options ask for.
 *
 *   decode(encode(text)) = text          for a text of known characters that is in the normal form
 *
 * The text is counted in one pass and bounded memory, so it may be a file: `textChunks(path)`.
 *
 * @example
 *   const tokenizer = characterTokenizer("hello"); // h, e, l, o
 *   const ids = tokenizer.encode("hole"); // int32 [4]: 0, 3, 2, 1
 *   const text = tokenizer.decode(ids); // "hole"
 *
 * @throws DataError for a text without characters, a lone surrogate, tokens that are left out where there is no
 *   `unknown`, or an option out of range
 */
export function characterTokenizer(text: TextSource, options: CharacterTokenizerOptions = {}): CharacterTokenizer {
  const where = "characterTokenizer";
  checkOptions(where, options, [...VOCABULARY_OPTIONS, "by", "normalize"]);
  const { by = "codePoint", normalize = "NFC", ...choice } = options;
  checkUnit(where, by);
  checkNormalization(where, "normalize", normalize);
  checkVocabularyOptions(where, choice);
  const counter = by === "codePoint" ? countCodePoints() : countGraphemes();
  let offset = 0;
  for (const piece of piecesOf(where, text, boundaryBy(by))) {
    checkWellFormed(where, piece, offset);
    counter.add(normalized(piece, normalize));
    offset += piece.length;
  }
  const vocabulary = chooseVocabulary(where, counter.counted(), { ...choice, order: "first" });
  return charactersOf(vocabulary, { by, normalize });
}

/** @throws DataError for anything else than a unit */
export function checkUnit(where: string, by: unknown): asserts by is CharacterUnit {
  if (by === "codePoint" || by === "grapheme") return;
  throw new DataError(where, "by", '"codePoint" or "grapheme"', JSON.stringify(by));
}

const boundaryBy = (by: CharacterUnit) => (by === "codePoint" ? normalizationBoundary : graphemeBoundary);

/** The tokenizer of a vocabulary. */
export function charactersOf(vocabulary: Vocabulary, { by, normalize }: CharacterSettings): CharacterTokenizer {
  const { tokens, special, specialKeys } = vocabulary;
  const file = { kind: "chars", by, normalize } as const;
  return {
    kind: "chars",
    vocabularySize: tokens.length,
    special,
    digest: digestOf(file, vocabulary),
    encode: characterEncoder(vocabulary, by, normalize),
    decode: (ids) => {
      const list = idsOf("decode", ids);
      let text = "";
      for (let i = 0; i < list.length; i++) {
        const id = list[i] as number;
        const token = tokenOf(vocabulary, "decode", id, i);
        if (id >= specialKeys.length) text += token;
      }
      return text;
    },
    token: (id) => tokenOf(vocabulary, "token", id),
    id: (token) => idOf(vocabulary, normalized(token, normalize)),
    counts: () => countsOf(vocabulary),
    boundary: boundaryBy(by),
    toJSON: () => vocabularyJson(file, vocabulary),
  };
}
