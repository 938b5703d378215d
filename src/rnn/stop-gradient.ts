import * as tf from "../tf";

/** The same value, through which no gradient flows: TensorFlow's `stop_gradient`. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((given) => ({ value: tf.clone(given as tf.Tensor), gradFunc: () => [tf.zerosLike(x)] }));
  return stop(x) as T;
}
