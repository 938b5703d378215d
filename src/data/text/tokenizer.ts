import type { NumericArray } from "../array";
import type { JsonRecord } from "../checkpoint/json-value";
import { checkWhole, DataError } from "../errors";

/**
 * A text; or a list of texts, such as sentences, or the lines of `textLines`: no token goes from one into the next; or
 * any other iterable (a generator, `textChunks`), which gives the pieces of one text in order: they may be cut anywhere.
 */
export type TextSource = string | Iterable<string>;

/** Token ids, as a list or as `encode` gives them. */
export type TokenIds = ArrayLike<number> | NumericArray;

/** The ids of the special tokens that a tokenizer has. Text never becomes one of them, except `unknown`, and those of byte pairs. */
export interface SpecialTokens {
  /** Fills sequences up to the same length. It is 0 where it exists, because `fit` pads with 0. */
  readonly padding?: number;
  /** Stands for each token of a text that is not in the vocabulary. */
  readonly unknown?: number;
  /** Stands before a text. */
  readonly begin?: number;
  /** Stands after a text. */
  readonly end?: number;
}

/** Turns texts into token ids, and ids into text. */
export interface Tokenizer {
  readonly kind: "chars" | "words" | "bpe";
  /** The number of ids: they are 0 to vocabularySize − 1. */
  readonly vocabularySize: number;
  readonly special: SpecialTokens;
  /** SHA-256 of everything that decides which ids a text gets, as 64 hexadecimal digits. */
  readonly digest: string;
  /**
   * The ids of a text, without `begin` and `end`. The empty text has none.
   *
   * @throws DataError for a lone surrogate (half of a character), and for a token that is not in the vocabulary where
   *   there is no `unknown`
   */
  encode(text: string): NumericArray<Int32Array, 1>;
  /** The text of ids. Special tokens leave no text. @throws DataError for a number that is no id */
  decode(ids: TokenIds): string;
  /** The token of an id; `<pad>`, `<unk>`, `<bos>` and `<eos>` are the special ones. @throws DataError for a number that is no id */
  token(id: number): string;
  /** The id of a token, or of a special token by its name; undefined where the vocabulary lacks the token. */
  id(token: string): number | undefined;
  /**
   * The largest index at which a text can be cut: the ids of the part before it, then those of the rest, are the ids of
   * the whole, whatever follows the text. 0 where there is none. Default: the last white space after another character.
   */
  boundary?(text: string): number;
  /** The content of the tokenizer's file: `saveTokenizer` writes it. */
  toJSON(): JsonRecord;
}

/** A tokenizer whose vocabulary was counted in a text. */
export interface CountedTokenizer extends Tokenizer {
  /**
   * How often each id came in the text of the vocabulary, `[vocabularySize]`. That of `unknown` counts what `minCount`
   * and `maxSize` left out; those of the other special tokens are 0.
   */
  counts(): NumericArray<Int32Array, 1>;
}

/**
 * How many of the ids stand for tokens that are not in the vocabulary. 0 for a tokenizer without `unknown`, which
 * refuses such tokens.
 *
 * @example
 *   const tokenizer = characterTokenizer("hello", { unknown: true });
 *   const missing = unknownCount(tokenizer, tokenizer.encode("hullo!")); // 2, "u" and "!"
 */
export function unknownCount({ special: { unknown } }: Tokenizer, ids: TokenIds): number {
  if (unknown === undefined) return 0;
  const list = idsOf("unknownCount", ids);
  let count = 0;
  for (let i = 0; i < list.length; i++) if (list[i] === unknown) count++;
  return count;
}

/** Ids as a list. @throws DataError for what is neither a list nor an array */
export function idsOf(where: string, ids: TokenIds): ArrayLike<number> {
  if (typeof ids === "object" && ids !== null) {
    const list = "data" in ids ? ids.data : ids;
    if (Number.isInteger(list.length)) return list;
  }
  throw new DataError(where, "ids", "a list of numbers, or what encode gives", typeof ids);
}

/** Ids as a list that an int32 array can take. @throws DataError also for what is no whole number from 0 up */
export function wholeIdsOf(where: string, ids: TokenIds): ArrayLike<number> {
  const list = idsOf(where, ids);
  for (let i = 0; i < list.length; i++) checkWhole(where, `ids[${i}]`, list[i] as number, 0, 2 ** 31 - 1);
  return list;
}

/** Refuses what is no text. @throws DataError */
export function checkText(where: string, text: unknown): asserts text is string {
  if (typeof text !== "string") throw new DataError(where, "text", "a string", `${typeof text}`);
}
