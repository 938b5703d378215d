import { liveSums } from "../../compile/internal";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";
import type { LengthsOf } from "../examples/tensors-of";

/**
 * The value of a loss or metric for a batch. Its terms are added up over batches and shards, and the sum is divided once;
 * means cannot be added.
 *
 * - A tensor of terms: one for each example, or for each time step or element of each example. Where y has lengths, only one
 *   for each example: others are refused, because they do not say which stand in the padding.
 * - `{ terms, live }`: terms, and 1 or true for each example or time step that counts. `live` has the first axes of `terms`.
 * - `{ sum, count }`: terms that were added up already; such a value cannot be weighted.
 * - A scalar is the mean over the batch's examples, which all count. With lengths or a mask it is refused, because it does
 *   not say how many terms it is the mean of.
 */
export type Terms =
  | tf.Tensor
  | { readonly sum: tf.Tensor; readonly count: tf.Tensor }
  | { readonly terms: tf.Tensor; readonly live: tf.Tensor };

/**
 * A loss or a metric: a function of a batch's outputs, its targets, and the lengths of the targets where the data have
 * them. `crossEntropy`, `squaredError` and the metrics have this form, and a loss of your own may have it. `O` and `Y` are
 * the types of outputs and targets.
 *
 * A loss of your own that has terms for each time step of a y with lengths returns `{ terms, live }`: the padding of y does not
 * count, whatever `live` says there. `{ sum, count }` counts as it is.
 *
 * @example
 *   const huber: TermsOf = (outputs: tf.Tensor, y: tf.Tensor) => {
 *     const error = tf.abs(tf.sub(outputs, y));
 *     return tf.where(tf.less(error, 1), tf.mul(0.5, tf.square(error)), tf.sub(error, 0.5));
 *   };
 */
// biome-ignore lint/suspicious/noExplicitAny: a function of any outputs and targets
export type TermsOf<O = any, Y = any> = (outputs: O, y: Y, lengths?: LengthsOf<Y>) => Terms;

/** What the terms of a batch count. */
export interface Counting {
  /** The number of the batch's examples. */
  readonly examples: number;
  /** Whether the batch has lengths or a mask, so that not all time steps count. */
  readonly isPartial: boolean;
  /** Whether y has lengths, so that not all its time steps count. */
  readonly hasLengths?: boolean;
  /** The live time steps of y, `[examples, nSteps]`; undefined where y has no lengths. */
  readonly inTime?: tf.Tensor2D | undefined;
  /** `[examples]` or `[examples, nSteps]`; undefined where each term counts 1. */
  readonly weights?: tf.Tensor | undefined;
  /** 1 or 0, `[examples]` or `[examples, nSteps]`; undefined where all count. */
  readonly mask?: tf.Tensor | undefined;
}

/** Terms, weighted, before they are added up. `mean` is a mean over all examples. */
export type CountedTerms =
  | { readonly terms: tf.Tensor }
  | { readonly sum: tf.Tensor; readonly count: tf.Tensor }
  | { readonly mean: tf.Tensor };

/**
 * Weighs the terms of a loss or metric, and leaves out those that do not count.
 *
 * @throws ArgumentError for a value that is not `Terms`, or that cannot be weighted or masked
 */
export function countedTerms(where: string, argument: string, value: Terms, counting: Counting): CountedTerms {
  const { isPartial, hasLengths, weights, mask } = counting;
  const refuse = (expected: string, got: string): never => {
    throw new ArgumentError(where, argument, expected, got);
  };
  if (value instanceof tf.Tensor) {
    if (value.rank > 1 && hasLengths) {
      const expected = "{ terms, live }, { sum, count } or one term for each example, as y has lengths";
      refuse(expected, `terms [${value.shape}], which say nothing of padding`);
    }
    if (value.rank > 0) return counted({ terms: value, live: undefined }, counting, refuse);
    if (isPartial) refuse("terms, or { sum, count }, as the data have lengths or a mask", "a scalar");
    if (weights || mask) refuse("terms, one for each example, as the data have sample weights", "a scalar");
    return { mean: value.toFloat() };
  }
  const { sum, count, terms, live } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (terms instanceof tf.Tensor && live instanceof tf.Tensor) {
    return counted({ terms, live: liveOf(terms, live, counting) }, counting, refuse);
  }
  if (!(sum instanceof tf.Tensor && count instanceof tf.Tensor)) {
    return refuse("a tensor of terms, { terms, live } or { sum, count } of tensors", describe(value));
  }
  if (weights || mask) refuse("terms or { terms, live }, as the data have sample weights or a mask", "{ sum, count }");
  return { sum: tf.sum(sum.toFloat()), count: tf.sum(count.toFloat()) };
}

function counted(
  { terms, live }: { readonly terms: tf.Tensor; readonly live: tf.Tensor | undefined },
  { weights, mask }: Counting,
  refuse: (expected: string, got: string) => never,
): CountedTerms {
  for (const [name, given] of Object.entries({ live, "the mask": mask, "the sample weights": weights })) {
    const isFirst = given === undefined || given.shape.every((size, axis) => size === terms.shape[axis]);
    if (!isFirst) refuse(`terms whose first axes are those of ${name}, [${given?.shape}]`, `terms [${terms.shape}]`);
  }
  const alive = both(live, mask);
  const values = terms.toFloat();
  if (alive === undefined) return { terms: weights ? tf.mul(values, spread(weights, values.rank)) : values };
  const rank = Math.max(alive.rank, weights?.rank ?? 0);
  const weighted = weights ? tf.mul(values, spread(weights, values.rank)) : values;
  return liveSums(weighted, asLive(alive, values.shape.slice(0, rank)));
}

/** What is live of terms: nothing past the end of a sequence of y, where the terms are of y's time steps. */
function liveOf(terms: tf.Tensor, live: tf.Tensor, { inTime }: Counting): tf.Tensor {
  const isTimed = inTime !== undefined && terms.rank > 1 && terms.shape[1] === inTime.shape[1];
  return (isTimed ? both(live, inTime) : live) as tf.Tensor;
}

/** Where both are live. */
function both(a: tf.Tensor | undefined, b: tf.Tensor | undefined): tf.Tensor | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const rank = Math.max(a.rank, b.rank);
  return tf.mul(spread(a, rank).toInt(), spread(b, rank).toInt());
}

/** As booleans of a shape that begins with its own. */
function asLive(alive: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const whole = overShape(alive, shape);
  return whole.dtype === "bool" ? whole : whole.toBool();
}

/** Repeats a tensor over the further axes of a shape that begins with its own. */
export const overShape = (tensor: tf.Tensor, shape: readonly number[]): tf.Tensor =>
  tensor.rank === shape.length ? tensor : tf.broadcastTo(spread(tensor, shape.length), [...shape]);

/** Appends axes of size 1, up to a rank. */
const spread = (tensor: tf.Tensor, rank: number): tf.Tensor =>
  tensor.rank === rank ? tensor : tf.reshape(tensor, [...tensor.shape, ...Array(rank - tensor.rank).fill(1)]);

/** Sum and count as float32 scalars. */
export function sumAndCount(counted: CountedTerms, examples: number): { sum: tf.Scalar; count: tf.Scalar } {
  if ("mean" in counted) return { sum: tf.mul(counted.mean, examples) as tf.Scalar, count: tf.scalar(examples) };
  if ("terms" in counted) return { sum: tf.sum(counted.terms), count: tf.scalar(counted.terms.size) };
  return { sum: tf.sum(counted.sum), count: tf.sum(counted.count.toFloat()) };
}

/** The mean of the terms; 0 when the count is 0, as in a compiled step. */
export function meanOf(counted: CountedTerms, examples: number): tf.Scalar {
  if ("mean" in counted) return counted.mean as tf.Scalar;
  if ("terms" in counted && counted.terms.size > 0) return tf.mean(counted.terms);
  const { sum, count } = sumAndCount(counted, examples);
  return tf.div(sum, tf.where(tf.equal(count, 0), tf.onesLike(count), count)); // tf.divNoNan has no gradient
}

/**
 * Sum of weights as a metric counts them: Σ weight over its terms, live ones only.
 *
 * @returns the same terms with that count
 */
export function weightedCount(value: Terms, counted: CountedTerms, counting: Counting): CountedTerms {
  const { weights, mask } = counting;
  if (weights === undefined || "mean" in counted) return counted;
  const { terms, live } = (value instanceof tf.Tensor ? { terms: value, live: undefined } : value) as {
    terms: tf.Tensor;
    live: tf.Tensor | undefined;
  };
  const alive = both(live && liveOf(terms, live, counting), mask);
  const rank = Math.max(alive?.rank ?? 0, weights.rank);
  const positions = terms.shape.slice(0, rank);
  const each = tf.broadcastTo(spread(weights, rank), positions);
  const kept = alive ? tf.where(asLive(alive, positions), each, tf.zerosLike(each)) : each;
  const per = terms.shape.slice(rank).reduce((product, size) => product * size, 1);
  const sum = "terms" in counted ? tf.sum(counted.terms) : counted.sum;
  return { sum, count: tf.mul(tf.sum(kept), per) };
}

/**
 * The mask of live time steps, `[batch, nSteps]` booleans: true before the end of each sequence.
 *
 * @example
 *   const live = liveSteps(4, tf.tensor1d([1, 3], "int32")); // true, false, false, false; true, true, true, false
 *
 * @param lengths int32 `[batch]`
 */
export function liveSteps(nSteps: number, lengths: tf.Tensor1D): tf.Tensor2D {
  return tf.less(tf.range(0, nSteps, 1, "int32").reshape([1, nSteps]), lengths.reshape([-1, 1])) as tf.Tensor2D;
}
