import { stopGradient } from "../../rnn";
import * as tf from "../../tf";

/**
 * Returns 1 at the first largest value of each row and 0 elsewhere: TensorFlow 1.x's `hardmax`. As `probabilityFn` of a
 * mechanism it attends to one place of the memory alone. It has no gradient, so the weights that only the score depends
 * on do not learn from it.
 *
 * @example
 *   hardmax(tf.tensor2d([[1, 3, 2]])).dataSync(); // [0, 1, 0]
 *   const mechanism = new LuongAttention({ numUnits: 4, memorySize: 3, probabilityFn: hardmax });
 *
 * @param logits `[batch, n]`
 */
export function hardmax(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const constant = stopGradient(logits);
    const largest = tf.argMax(constant, 1) as tf.Tensor1D;
    const places = tf.range(0, logits.shape[1], 1, "int32");
    return tf.equal(tf.expandDims(places, 0), tf.expandDims(largest, 1)).toFloat() as tf.Tensor2D;
  });
}
