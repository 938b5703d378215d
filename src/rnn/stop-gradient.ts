import * as tf from "../tf";

/**
 * Returns the same value as a constant: no gradient flows back through it. TensorFlow's `stop_gradient`. Truncated
 * backpropagation through time needs it between two parts of a sequence.
 *
 * The value depends on nothing, so what computed it is not differentiated at all. A weight that the loss uses only
 * through `stopGradient` is a weight that the loss does not use.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const [, carried] = dynamicRnn(cell, tf.ones([2, 5, 3])); // time steps 0 to 4
 *   const [outputs] = dynamicRnn(cell, tf.ones([2, 5, 3]), { initialState: stopGradient(carried) }); // steps 5 to 9
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const copy = tf.customGrad(() => ({ value: tf.clone(x), gradFunc: () => [] }));
  return copy() as T; // without inputs: the tape ends here
}
