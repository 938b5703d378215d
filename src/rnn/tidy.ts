import * as tf from "../tf";

/** `tf.tidy` for any structure of tensors. The type of `tf.tidy` excludes readonly lists and states. */
export function tidy<T>(compute: () => T): T {
  return tf.tidy(compute as () => tf.TensorContainer) as T;
}
