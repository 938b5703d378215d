import type { Normalization } from "../unicode/normalization";

/** What byte pairs have learned: all that `tokenizer.json` holds of them. */
export interface BytePairModel {
  /** Each token in the alphabet of bytes, special tokens as they are; its id is its position. */
  readonly tokens: readonly string[];
  /** Pairs of tokens in the order in which they are merged. */
  readonly merges: readonly (readonly [string, string])[];
  /** The special tokens; all of them are in `tokens`. */
  readonly special: readonly string[];
  /** The normal form of Unicode that a text gets first. */
  readonly normalize: Normalization;
}
