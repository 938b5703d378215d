import { type NumericArray, numericArray } from "../../array";
import { DataError } from "../../errors";
import type { SpecialTokens } from "../tokenizer";
import { describeToken } from "../unicode/describe";
import { SPECIAL_NAMES, type SpecialKey, specialIds } from "./special";

/** Tokens with their ids. Special tokens come first, so that padding is 0. */
export interface Vocabulary {
  readonly specialKeys: readonly SpecialKey[];
  readonly special: SpecialTokens;
  /** The tokens by id, special ones by their names. */
  readonly tokens: readonly string[];
  readonly counts: Int32Array;
  /** The ids of the tokens that are not special. A Map, because a token may be called "constructor" or "__proto__". */
  readonly ids: ReadonlyMap<string, number>;
}

/** @param tokens those that are not special; @param counts of all ids */
export function vocabularyOf(
  specialKeys: readonly SpecialKey[],
  tokens: readonly string[],
  counts: Int32Array,
): Vocabulary {
  const first = specialKeys.length;
  return {
    specialKeys,
    special: specialIds(specialKeys),
    tokens: [...specialKeys.map((key) => SPECIAL_NAMES[key]), ...tokens],
    counts,
    ids: new Map(tokens.map((token, i) => [token, first + i])),
  };
}

/** The token of an id. @param index of the id in a list. @throws DataError for a number that is no id */
export function tokenOf({ tokens }: Vocabulary, where: string, id: number, index?: number): string {
  const token = Number.isInteger(id) ? tokens[id] : undefined; // a list has other properties too, such as "length"
  if (token !== undefined) return token;
  const field = index === undefined ? "id" : `ids[${index}]`;
  throw new DataError(where, field, `an id, a whole number from 0 to ${tokens.length - 1}`, `${id}`);
}

/** The id of a token that is cleaned, or of a special token by its name. */
export function idOf({ ids, specialKeys }: Vocabulary, token: string): number | undefined {
  const special = specialKeys.findIndex((key) => SPECIAL_NAMES[key] === token);
  return special < 0 ? ids.get(token) : special;
}

/** A fresh array of the counts. */
export const countsOf = ({ counts }: Vocabulary): NumericArray<Int32Array, 1> =>
  numericArray(counts.slice(), [counts.length]);

/** An error about a token that is not in the vocabulary, where there is no `unknown`. */
export function notInVocabulary(kind: string, token: string, index: number): DataError {
  const expected = `a ${kind} of the vocabulary, as the tokenizer has no unknown token (unknown: true)`;
  return new DataError("encode", `text[${index}]`, expected, describeToken(token));
}
