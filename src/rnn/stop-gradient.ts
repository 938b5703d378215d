import * as tf from "../tf";

/**
 * Returns the same value as a constant: no gradient flows back through it. TensorFlow's `stop_gradient`. Truncated
 * backpropagation through time needs it between two parts of a sequence.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const [, carried] = dynamicRnn(cell, tf.ones([2, 5, 3])); // time steps 0 to 4
 *   const [outputs] = dynamicRnn(cell, tf.ones([2, 5, 3]), { initialState: stopGradient(carried) }); // steps 5 to 9
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((given) => ({ value: tf.clone(given as tf.Tensor), gradFunc: () => [tf.zerosLike(x)] }));
  return stop(x) as T;
}
