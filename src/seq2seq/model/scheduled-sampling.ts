import { describe } from "../../arguments";
import { scan } from "../../compile";
import { isCapturing } from "../../compile/internal";
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

/** Refuses what is no probability; of a schedule, its value at the first step. @throws ArgumentError */
export function checkSampling(where: string, given: unknown): void {
  if (given === undefined) return;
  if (typeof given === "function") {
    tf.tidy(() => {
      const first: unknown = (given as Schedule)(tf.scalar(0, "int32"));
      if (first instanceof tf.Tensor && first.size === 1) checkProbability(where, first, 0);
    });
    return;
  }
  if (typeof given === "number" && given >= 0 && given <= 1) return;
  throw new ArgumentError(where, "scheduledSampling", "a probability, or a function of the step", describe(given));
}

type Schedule = Exclude<ScheduledSampling, number>;

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
  probability: number | tf.Tensor,
): tf.Tensor2D {
  const [batch, nSteps] = target.shape;
  if (nSteps < 2) return target;
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

/** The probability at a training step. @throws ArgumentError, eagerly, for a schedule that returns none; see `poisonOf` */
export function probabilityAt(sampling: ScheduledSampling, { step }: Training): number | tf.Tensor {
  if (typeof sampling === "number") return sampling;
  const given = scalarOf(sampling, typeof step === "number" ? tf.scalar(step, "int32") : step);
  if (!isCapturing()) checkProbability("seq2seqModelOf", given, typeof step === "number" ? step : step.dataSync()[0]);
  return given;
}

/**
 * Adds NaN to the vectors that a decoder reads, where the probability is none. A compiled step cannot look at what a schedule
 * returns, and a coin would take NaN for 0 and 2 for 1; so the loss becomes NaN, which `fit` refuses.
 */
export function poisoned(vectors: tf.Tensor3D, probability: number | tf.Tensor): tf.Tensor3D {
  if (typeof probability === "number") return vectors;
  const isOne = tf.logicalAnd(tf.greaterEqual(probability, 0), tf.lessEqual(probability, 1));
  return tf.add(vectors, tf.where(isOne, tf.scalar(0), tf.scalar(Number.NaN)));
}

function scalarOf(schedule: Schedule, step: tf.Scalar): tf.Scalar {
  const given: unknown = schedule(step);
  if (given instanceof tf.Tensor && given.size === 1) return tf.reshape(given.toFloat(), []);
  const expected = "a function that returns a scalar of the tensor engine, for the step is a tensor too";
  throw new ArgumentError("seq2seqModelOf", "scheduledSampling", expected, `one that returns ${describe(given)}`);
}

function checkProbability(where: string, given: tf.Tensor, step: number | undefined): void {
  const [value] = given.dataSync();
  if (value !== undefined && value >= 0 && value <= 1) return;
  throw new ArgumentError(
    where,
    "scheduledSampling",
    "a probability from 0 to 1 at each step",
    `${value} at step ${step}`,
  );
}
