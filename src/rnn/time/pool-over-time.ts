import * as tf from "../../tf";
import { checkOptions, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { tidy } from "../tidy";
import { liveSteps, type SequenceLength } from "./lengths";

const WHERE = "poolOverTime";
/** Below every number that a network computes; −∞ would give NaN where it is multiplied by 0. */
const LOWEST = -3.4028234663852886e38;

/** What `poolOverTime` makes of the live time steps of a sequence. */
export type Pooling = "max" | "mean" | "sum";

export interface PoolOverTimeOptions {
  /** The number of live time steps of each sequence. Default: all are live. */
  sequenceLength?: SequenceLength;
}

/**
 * Makes one vector of a sequence of vectors: the largest value, the mean or the sum of each feature over the live time
 * steps. Padding counts for nothing, whatever it holds. It is Keras's `GlobalMaxPooling1D` and `GlobalAveragePooling1D`
 * with a mask. A classifier that pools all outputs of a cell does not depend on how much of the beginning the last state
 * still knows; the sum of word vectors of size 1 is logistic regression on a bag of words.
 *
 * @example
 *   const outputs: tf.Tensor3D = tf.randomNormal([2, 5, 8]); // [batch, nSteps, features]
 *   const largest = poolOverTime(outputs, "max", { sequenceLength: [5, 3] }); // [2, 8]
 *
 * @param x `[batch, nSteps, features]`
 * @returns `[batch, features]`; zeros for a sequence without live time steps
 * @throws ArgumentError for another shape, another kind of pooling, or lengths that do not fit
 */
export function poolOverTime(x: tf.Tensor3D, pooling: Pooling, options: PoolOverTimeOptions = {}): tf.Tensor2D {
  checkTensor(WHERE, "x", x, ["batch", "nSteps", "features"]);
  if (!["max", "mean", "sum"].includes(pooling)) {
    throw new ArgumentError(WHERE, "pooling", '"max", "mean" or "sum"', describe(pooling));
  }
  checkOptions(WHERE, options, ["sequenceLength"]);
  const { sequenceLength } = options;
  return tidy(() => {
    const [batch, nSteps] = x.shape;
    const byTime = liveSteps(WHERE, sequenceLength, batch, nSteps);
    const live = byTime ? tf.transpose(byTime, [1, 0, 2]) : tf.onesLike(tf.slice(x, [0, 0, 0], [-1, -1, 1])).toBool();
    return pooling === "max" ? largest(x, live) : pooling === "sum" ? sumOf(x, live) : meanOf(x, live);
  });
}

function sumOf(x: tf.Tensor3D, live: tf.Tensor): tf.Tensor2D {
  return tf.sum(tf.where(live, x, tf.zerosLike(x)), 1);
}

function meanOf(x: tf.Tensor3D, live: tf.Tensor): tf.Tensor2D {
  const count = tf.sum(tf.cast(live, "float32"), 1); // [batch, 1]
  return tf.div(sumOf(x, live), tf.maximum(count, 1));
}

function largest(x: tf.Tensor3D, live: tf.Tensor): tf.Tensor2D {
  const most: tf.Tensor2D = tf.max(tf.where(live, x, tf.fill(x.shape, LOWEST)), 1);
  return tf.where(tf.any(live, 1), most, tf.zerosLike(most));
}
