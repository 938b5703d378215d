import { isCapturingLoop } from "../../compile/internal";
import * as tf from "../../tf";
import { checkOptions, checkPositive, describe } from "../checks";
import { ArgumentError } from "../errors";
import { checkTraining, keep, nextUnrollingKeys, type Training, uniformFrom } from "../random-key";

export interface DropoutLayerOptions {
  /** The share of the elements that is kept, above 0 and at most 1; Keras's `rate` is 1 − keepProb. Required. */
  keepProb: number;
}

/**
 * Dropout on any tensor (Srivastava et al. 2014). TensorFlow 1.x's `tf.nn.dropout(x, keep_prob)`.
 *
 *   dropout(x) = d∘x / keepProb        d is 1 with probability keepProb, else 0; the division keeps the mean
 *
 * Without `training` it returns the values of x, as a test run needs them. With it, every call draws another mask, which
 * depends on the seed, the step, and the number of unrollings and layers that got this `training` before (see
 * `Training`). Eager, compiled and sharded runs draw the same masks, because a mask is drawn for the whole batch and then
 * cut along the first axis of x.
 *
 * @example
 *   const x = tf.ones([2, 3]);
 *   const training = { seed: 7, step: 0 };
 *   const first = dropout(x, training, { keepProb: 0.5 }); // 0 or 2
 *   const other = dropout(x, training, { keepProb: 0.5 }); // another mask
 *   const tested = dropout(x, undefined, { keepProb: 0.5 }); // all 1
 *
 * @param x float32 `[batch, …]`, or `[batch·nSteps, …]`; or without a batch, such as a weight, whose mask all examples share
 * @param training from the model's `call` or the loss; undefined in test runs
 * @returns a new tensor of the same shape
 * @throws ArgumentError when x is not a float32 tensor with a first axis, keepProb or `training` is wrong; and in the loop of
 *   a compiled `scan` or long `dynamicRnn`, where all time steps would get one mask: `DropoutWrapper` draws for each step
 * @throws CompileError in a step or function that is cut into shards, when the batch is another axis of x than the first
 */
export function dropout<T extends tf.Tensor>(x: T, training: Training | undefined, options: DropoutLayerOptions): T {
  checkOptions("dropout", options, ["keepProb"]);
  checkPositive("dropout", "keepProb", options.keepProb, 1);
  if (!(x instanceof tf.Tensor) || x.isDisposed || x.dtype !== "float32" || x.rank === 0) {
    const actual = x instanceof tf.Tensor && x.isDisposed ? "a disposed tensor" : describe(x);
    throw new ArgumentError("dropout", "x", "a float32 tensor of shape [batch, …]", actual);
  }
  if (training === undefined) return tf.clone(x);
  checkTraining("dropout", training);
  if (isCapturingLoop()) {
    const expected = "a call outside of a compiled loop over time; DropoutWrapper draws for each time step";
    throw new ArgumentError("dropout", "training", expected, "a call inside");
  }
  const key = nextUnrollingKeys(training).forward;
  return options.keepProb === 1 ? tf.clone(x) : tf.tidy(() => keep(x, options.keepProb, uniformFrom(key, x.shape)));
}
