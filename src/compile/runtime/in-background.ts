import * as tf from "../../tf";
import { Shared } from "../shared";
import type { Started } from "./started";

/**
 * Runs a call on another thread. Its tensors may be disposed as soon as it has begun: copies of them, which share their memory,
 * live until its end.
 *
 * @param start begins the call with these copies
 * @returns a promise that is rejected where the call throws. The tensors of the result belong to no `tf.tidy`
 */
export async function inBackground<Given extends readonly unknown[], Result>(
  given: Given,
  start: (kept: Given) => Started<Result>,
): Promise<Result> {
  const copies: tf.Tensor[] = [];
  const copyOf = (tensor: tf.Tensor): tf.Tensor => {
    if (!(tensor instanceof tf.Tensor) || tensor.isDisposed) return tensor; // the call refuses it
    const copy = tf.keep(tf.clone(tensor));
    copies.push(copy);
    return copy;
  };
  const kept = given.map((each) =>
    each instanceof Shared ? new Shared(copyOf(each.tensor)) : copyOf(each as tf.Tensor),
  ) as unknown as Given;
  try {
    const started = start(kept);
    await started.ended;
    return started.result();
  } finally {
    tf.dispose(copies);
  }
}
