import { createRequire } from "node:module";
import { DataError } from "../../errors";
import { describeToken } from "../unicode/describe";
import { owned } from "../vocabulary/owned";
import type { BytePairModel } from "./model";
import { byteCharacters } from "./pre-tokens/byte-alphabet";

/**
 * What we use of `@huggingface/tokenizers`. Its own types can not be read by a CommonJS package: they are an ES
 * module's.
 */
interface HuggingFace {
  BPE: new (config: {
    type: "BPE";
    vocab: Record<string, number>;
    merges: [string, string][];
    ignore_merges: boolean;
  }) => { bpe(token: string): string[] };
}

/** Pre-tokens whose ids are remembered. A text repeats most of its words, so that few are merged anew. */
const REMEMBERED = 65_536;

/** A longer pre-token hardly comes again. */
const LONGEST_REMEMBERED = 64;

/**
 * A function from a pre-token to the ids of its tokens. The merging is `@huggingface/tokenizers`'s; its own cutting
 * into pre-tokens is not used, because its `\s` is JavaScript's (see `classOf`).
 */
export function merger(model: BytePairModel, ids: ReadonlyMap<string, number>) {
  const { BPE }: HuggingFace = createRequire(__filename)("@huggingface/tokenizers");
  const merging = new BPE({
    type: "BPE",
    vocab: Object.fromEntries(ids),
    merges: model.merges.map(([first, second]) => [first, second]),
    ignore_merges: false,
  });
  const remembered = new Map<string, readonly number[]>();

  const idOf = (token: string, preToken: string): number => {
    const id = ids.get(token);
    if (id !== undefined) return id;
    throw new DataError("encode", "text", "bytes that are in the vocabulary", describeToken(preToken));
  };

  return (preToken: string): readonly number[] => {
    const known = remembered.get(preToken);
    if (known !== undefined) return known;
    const found = merging.bpe(byteCharacters(preToken)).map((token) => idOf(token, preToken));
    if (preToken.length <= LONGEST_REMEMBERED) {
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(owned(preToken), found);
    }
    return found;
  };
}
