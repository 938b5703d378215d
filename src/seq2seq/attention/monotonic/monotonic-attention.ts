import { ArgumentError, checkOptions, describe } from "../../../arguments";
import { scan } from "../../../compile";
import { checkTensor } from "../../../rnn/internal";
import * as tf from "../../../tf";

/** How `monotonicAttention` computes: see there. */
export type MonotonicMode = "parallel" | "recursive" | "hard";

/**
 * Computes products along the rows, ∏ xⱼ over j ≤ i, as sums of logarithms, which do not underflow: TensorFlow Addons'
 * `safe_cumprod`, along axis 1. Values are clipped to the smallest positive float32 number (1.2e-38) and 1 before.
 *
 *   y = exp(cumsum(log(clip(x))))
 *
 * @example
 *   safeCumprod(tf.tensor2d([[0.5, 0.5, 1]])).dataSync(); // [0.5, 0.25, 0.25]
 *   safeCumprod(tf.tensor2d([[0.5, 0.5, 1]]), { exclusive: true }).dataSync(); // [1, 0.5, 0.25]
 *
 * @param x `[batch, n]`
 * @param options `exclusive`: products over j < i, so that the first one is 1. Default: false
 */
export function safeCumprod(x: tf.Tensor2D, options: { exclusive?: boolean } = {}): tf.Tensor2D {
  checkOptions("safeCumprod", options, ["exclusive"]);
  const { exclusive = false } = options;
  return tf.tidy(() => tf.exp(tf.cumsum(tf.log(tf.clipByValue(x, SMALLEST, 1)), 1, exclusive)));
}

/** The smallest positive normal number of float32. */
const SMALLEST = 2 ** -126;

/**
 * Returns the alignments of monotonic attention (Raffel et al. 2017, arXiv:1704.00784): TensorFlow 1.x's
 * `monotonic_attention`. The reader goes through the memory from the place where it stood, and stops at place i with
 * probability pᵢ; what it passes without stopping anywhere is lost, so a row may sum to less than 1.
 *
 *   qᵢ          = (1 − pᵢ₋₁)·qᵢ₋₁ + previousᵢ        q is 0 before the first place
 *   alignmentsᵢ = pᵢ·qᵢ
 *
 * - "recursive" computes this as it stands, place after place: slow and exact.
 * - "parallel" computes it in closed form with `safeCumprod`; products below 1e-10 are taken for 1e-10 in a divisor, so it
 *   is not exact for a long memory or for p close to 1.
 * - "hard" is for p of 0 and 1 and a one-hot `previous`: the first place from there on whose p is 1. Exact.
 *
 * @example
 *   const p = tf.tensor2d([[0, 1, 0, 1]]);
 *   monotonicAttention(p, tf.tensor2d([[0, 0, 1, 0]]), "hard").dataSync(); // [0, 0, 0, 1]: from place 2 on
 *
 * @param p the probabilities to stop, `[batch, nSteps]`, 0 to 1
 * @param previous the alignments of the time step before, `[batch, nSteps]`; at the first time step 1 at place 0
 * @throws ArgumentError when shapes differ or the mode is unknown
 */
export function monotonicAttention(p: tf.Tensor2D, previous: tf.Tensor2D, mode: MonotonicMode): tf.Tensor2D {
  checkTensor("monotonicAttention", "p", p, ["batch", "nSteps"]);
  checkTensor("monotonicAttention", "previous", previous, p.shape);
  checkMode("monotonicAttention", mode);
  return tf.tidy(() => COMPUTE[mode](p, previous));
}

/** @throws ArgumentError when a mode is none of the three */
export function checkMode(where: string, mode: MonotonicMode): void {
  if (Object.hasOwn(COMPUTE, mode ?? "")) return;
  throw new ArgumentError(where, "mode", '"parallel", "recursive" or "hard"', describe(mode));
}

const COMPUTE = { parallel, recursive, hard };

function parallel(p: tf.Tensor2D, previous: tf.Tensor2D): tf.Tensor2D {
  const passed = safeCumprod(tf.sub(1, p), { exclusive: true });
  const arrived = tf.cumsum(tf.div(previous, tf.clipByValue(passed, 1e-10, 1)), 1);
  return tf.mul(tf.mul(p, passed), arrived) as tf.Tensor2D;
}

function recursive(p: tf.Tensor2D, previous: tf.Tensor2D): tf.Tensor2D {
  const [batch, nSteps] = p.shape;
  const passed = tf.concat2d([tf.ones([batch, 1]), tf.sub(1, tf.slice2d(p, [0, 0], [batch, nSteps - 1]))], 1);
  const { results } = scan(
    ([before, from], [q]) => {
      const next = tf.add(tf.mul(before as tf.Tensor, q as tf.Tensor), from as tf.Tensor);
      return { results: [next], states: [next] };
    },
    [tf.transpose(passed), tf.transpose(previous)],
    [tf.zeros([batch])],
  );
  return tf.mul(p, tf.transpose(results[0] as tf.Tensor2D)) as tf.Tensor2D;
}

function hard(p: tf.Tensor2D, previous: tf.Tensor2D): tf.Tensor2D {
  const reachable = tf.mul(p, tf.cumsum(previous, 1)) as tf.Tensor2D;
  return tf.mul(reachable, tf.cumprod(tf.sub(1, reachable), 1, true)) as tf.Tensor2D;
}
