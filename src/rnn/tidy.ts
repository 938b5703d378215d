import * as tf from "../tf";

/** `tf.tidy` for results of any structure of tensors; its own type knows no readonly lists and no states. */
export function tidy<T>(compute: () => T): T {
  return tf.tidy(compute as () => tf.TensorContainer) as T;
}
