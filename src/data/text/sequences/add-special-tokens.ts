import { type NumericArray, numericArray } from "../../array";
import { idsOf, type TokenIds, type Tokenizer } from "../tokenizer";

/**
 * Ids with `begin` before and `end` after them, as far as the tokenizer has these. `encode` adds none, because a text may
 * be a part of a longer one, or a prompt that is to go on.
 *
 * @example
 *   const tokenizer = wordTokenizer("a good film", { begin: true, end: true });
 *   const ids = addSpecialTokens(tokenizer, tokenizer.encode("good film")); // <bos> good film <eos>: int32 [4]
 */
export function addSpecialTokens({ special: { begin, end } }: Tokenizer, ids: TokenIds): NumericArray<Int32Array, 1> {
  const list = idsOf("addSpecialTokens", ids);
  const before = begin === undefined ? [] : [begin];
  const after = end === undefined ? [] : [end];
  const data = new Int32Array(before.length + list.length + after.length);
  data.set(before);
  data.set(list, before.length);
  data.set(after, before.length + list.length);
  return numericArray(data, [data.length]);
}
