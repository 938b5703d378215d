import { describe } from "../../arguments";
import { scan } from "../../compile";
import { ArgumentError, flattenState, packState, type Training } from "../../rnn";
import { atTime, foldIn, type RandomKey, uniformFrom } from "../../rnn/internal";
import * as tf from "../../tf";
import { sampledTokens } from "../decoders/samplers/sampled-tokens";
import { alignTree } from "../decoders/tensor-tree";
import type { Writer } from "./writer";

/**
 * The probability that a decoder in training reads its own token; or a function from the number of the training step, an int32
 * scalar, to that probability, a scalar.
 */
export type ScheduledSampling = number | ((step: tf.Scalar) => tf.Tensor);

/**
 * What a decoder reads under scheduled sampling: the target, in which some tokens are replaced by ones that the decoder drew from
 * its own distribution, after it had read what stands before them here. The first token is never replaced.
 *
 * @param target int32 `[batch, nSteps]`
 * @returns int32 `[batch, nSteps]`, which has no gradient
 */
export function scheduledTargets(
  { cell, state, embedding, head }: Writer,
  target: tf.Tensor2D,
  training: Training,
  sampling: ScheduledSampling,
): tf.Tensor2D {
  const [batch, nSteps] = target.shape;
  if (nSteps < 2) return target;
  const probability = probabilityAt(sampling, training);
  const key = keyOf(training);
  const first = tf.slice(target, [0, 0], [batch, 1]) as tf.Tensor2D;
  const rest = tf.transpose(tf.slice(target, [0, 1], [batch, nSteps - 1])); // the token that follows each time step
  const { results } = scan(
    ([right], [token, ...before], time) => {
      const ids = tf.cast(token as tf.Tensor, "int32").flatten() as tf.Tensor1D;
      const packed = packState(state, before as tf.Tensor2D[]);
      const [output, after] = cell.call(embedding.call(ids), packed);
      const now = atTime(key, time) as RandomKey;
      const uniform = (index: number) => uniformFrom(foldIn(now, index) as RandomKey, [batch, 1]);
      const own = sampledTokens(head.call(output), uniform(0).flatten(), {});
      const isOwn = tf.less(uniform(1), probability);
      const next = tf.where(isOwn, own.toFloat().expandDims(1), tf.reshape(right as tf.Tensor, [batch, 1]));
      return { results: [next], states: [next, ...alignTree("seq2seqModelOf", "the decoder's state", after, state)] };
    },
    [rest.toFloat()],
    [first.toFloat(), ...flattenState(state)],
  );
  const mixed = tf.transpose(tf.reshape(results[0] as tf.Tensor, [nSteps - 1, batch]));
  return tf.concat2d([first, tf.cast(mixed, "int32") as tf.Tensor2D], 1);
}

/** A key that no unrolling has: their last number is 0 or more. */
const keyOf = ({ seed, step, place = 0 }: Training): RandomKey => ({ seed, step, time: 0, path: [place, -1] });

function probabilityAt(sampling: ScheduledSampling, { step }: Training): number | tf.Tensor {
  if (typeof sampling === "number") return sampling;
  const given: unknown = sampling(typeof step === "number" ? tf.scalar(step, "int32") : step);
  if (given instanceof tf.Tensor && given.size === 1) return given.toFloat();
  const expected = "a function that returns a scalar of the tensor engine, for the step is a tensor too";
  throw new ArgumentError("seq2seqModelOf", "scheduledSampling", expected, `one that returns ${describe(given)}`);
}
