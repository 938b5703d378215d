import { type NumericArray, numericArray } from "../../array";
import { type TokenIds, type Tokenizer, wholeIdsOf } from "../tokenizer";

/**
 * Ids with `begin` before and `end` after them, as far as the tokenizer has these. `encode` adds none, because a text may
 * be a part of a longer one, or a prompt that is to go on.
 *
 * @throws DataError for an id that is no whole number from 0 up
 *
 * @example
 *   const tokenizer = wordTokenizer("a good film", { begin: true, end: true });
 *   const ids = addSpecialTokens(tokenizer, tokenizer.encode("good film")); // <bos> good film <eos>: int32 [4]
 */
export function addSpecialTokens({ special: { begin, end } }: Tokenizer, ids: TokenIds): NumericArray<Int32Array, 1> {
  const list = wholeIdsOf("addSpecialTokens", ids);
  const before = begin === undefined ? [] : [begin];
  const after = end === undefined ? [] : [end];
  const data = new Int32Array(before.length + list.length + after.length);
  data.set(before);
  data.set(list, before.length);
  data.set(after, before.length + list.length);
  return numericArray(data, [data.length]);
}
