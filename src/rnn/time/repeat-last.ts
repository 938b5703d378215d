import * as tf from "../../tf";

/**
 * Replaces the outputs past the end of a sequence by its last live output. A sequence of length 0 has none and stays 0.
 *
 * @param outputs `[nSteps, batch, features]`, 0 past the ends   @param live booleans `[nSteps, batch, 1]`
 */
export function repeatLastOutput(outputs: tf.Tensor3D, live: tf.Tensor3D): tf.Tensor3D {
  const lengths = tf.sum(tf.cast(live, "int32"), 0, true);
  const steps = tf.range(0, outputs.shape[0], 1, "int32").reshape([-1, 1, 1]);
  const isLast = tf.equal(steps, tf.sub(lengths, tf.scalar(1, "int32")));
  const last = tf.sum(tf.where(isLast, outputs, tf.zerosLike(outputs)), 0, true); // one output and zeros: no rounding
  return tf.where(live, outputs, last) as tf.Tensor3D;
}
