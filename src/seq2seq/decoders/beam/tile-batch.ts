import { ArgumentError, checkCount, describe } from "../../../arguments";
import { mapTree, tidy } from "../../../rnn/internal";
import * as tf from "../../../tf";
import { type DecoderState, isTree } from "../tensor-tree";

/**
 * Repeats each row of a batch, row by row, for the beams of a search: TensorFlow's `tile_batch`. What a beam search begins with is
 * tiled: the state, and the memory and lengths that attention looks at.
 *
 *   [a, b] with multiplier 3:  [a, a, a, b, b, b]
 *
 * @example
 *   const state = { c: tf.tensor2d([[1, 2], [3, 4]]), h: tf.tensor2d([[5], [6]]) };
 *   console.log(tileBatch(state, 3).h.dataSync()); // 5, 5, 5, 6, 6, 6
 *
 * @param t a tensor `[batch, …]`, or records and lists of such tensors
 * @throws ArgumentError when a tensor has no batch axis, or the multiplier is not a positive whole number
 */
export function tileBatch<T extends DecoderState>(t: T, multiplier: number): T {
  checkCount("tileBatch", "multiplier", multiplier);
  if (!isTree(t)) throw new ArgumentError("tileBatch", "t", "tensors, or records and lists of tensors", describe(t));
  return tidy(() =>
    mapTree(t, (each) => {
      const [batch, ...rest] = each.shape;
      if (batch === undefined) throw new ArgumentError("tileBatch", "t", "tensors [batch, …]", describe(each));
      const repeated = tf.tile(tf.expandDims(each, 1), [1, multiplier, ...rest.map(() => 1)]);
      return tf.reshape(repeated, [batch * multiplier, ...rest]);
    }),
  );
}
