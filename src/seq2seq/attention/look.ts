import type { RandomKey } from "../../rnn";
import * as tf from "../../tf";
import type { AttentionMechanism, Keys } from "./mechanism";
import type { Memory } from "./memory";
import type { Products } from "./products";

/** A mechanism that has read a memory, and its attention layer. */
export interface Reader {
  readonly mechanism: AttentionMechanism;
  readonly keys: Keys;
  /** `[cellOutput + memorySize, size]`; undefined without a layer. */
  readonly kernel: tf.Tensor2D | undefined;
}

/** One look at the memory: the attention, `[rows, size]`, and the alignments, `[rows, nSteps]`. */
export interface Look {
  readonly attention: tf.Tensor2D;
  readonly alignments: tf.Tensor2D;
}

/** From a cell's output and the alignments of the step before to a look. */
export type LookAt = (query: tf.Tensor2D, previous: tf.Tensor2D, key: RandomKey | undefined) => Look;

/** Prepares the looks of one mechanism at one batch's memory, for all steps of a run. */
export function lookerOf({ mechanism, keys, kernel }: Reader, { values, mask }: Memory, products: Products): LookAt {
  const [batch, nSteps, memorySize] = values.shape;
  const score = keys.score(products);
  const sum = products.batched(values, false);
  const layer = kernel && products.of(kernel);
  return (query, previous, key) => {
    const scores = score(query, batch, previous);
    const masked: tf.Tensor = mask === undefined ? scores : tf.add(scores, mask);
    const alignments = mechanism.align(tf.reshape(masked, [-1, nSteps]), previous, key);
    const sums = sum(tf.reshape(alignments, [batch, -1, nSteps]));
    const context: tf.Tensor2D = tf.reshape(sums, [-1, memorySize]);
    return { attention: layer === undefined ? context : layer(tf.concat2d([query, context], 1)), alignments };
  };
}
