import * as tf from "../../tf";
import { capture } from "../capture/capture";
import { copyOf } from "../engine/backend";
import { CompileError } from "../errors";
import type { Trace } from "../ir/trace";
import { lower } from "../lower";
import { firstRows } from "../rows";
import { readTerms, type StepLoss } from "./loss-terms";
import type { FusedOptimizer } from "./options";

/** A loss and its gradients, captured on a shard. */
export interface CapturedGradients {
  /**
   * Inputs: the loss's arguments, the step's number, the variables, the frozen ones. Outputs: the sum of the loss's terms,
   * their count, and the gradients of the sum.
   */
  readonly trace: Trace;
  /** Whether the loss may be split into shards: it returned more than a scalar. */
  readonly splits: boolean;
  /** The number of terms; undefined where the loss returned `{ sum, count }`. */
  readonly terms: number | undefined;
}

export interface GradientOptions {
  readonly variables: readonly tf.Variable[];
  readonly frozen: readonly tf.Variable[];
  readonly seed: number;
  /** The number of examples to capture the loss on. */
  readonly examples: number;
}

/**
 * Captures a loss and its gradients on the first examples of a batch.
 *
 * @throws CompileError when the loss cannot become a graph, or does not use a variable
 */
export function captureGradients(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  { variables, frozen, seed, examples }: GradientOptions,
): CapturedGradients {
  let captured: CapturedGradients | undefined;
  tf.tidy(() => {
    const { shard, training } = shardSample(batch, examples, seed);
    let splits = true;
    let size: number | undefined;
    const compute = () => {
      let count: tf.Tensor | undefined;
      const sumOfTerms = () => {
        const terms = readTerms(loss(...shard, training));
        ({ splits, size } = terms);
        count = tf.keep(tf.sum(terms.count.toFloat())); // variableGrads would dispose it at its end
        return tf.sum(terms.sum) as tf.Scalar;
      };
      try {
        const { value, gradients } = gradientsOf(sumOfTerms, variables);
        return [value, tf.clone(count as unknown as tf.Tensor), ...gradients];
      } finally {
        count?.dispose();
      }
    };
    const trace = lower(capture(compute, [...shard, training.step, ...variables, ...frozen]));
    captured = { trace, splits, terms: size }; // not returned, because tf.tidy would search it for tensors
  });
  return captured as unknown as CapturedGradients;
}

/**
 * Counts the terms of a loss on the first examples of a batch.
 *
 * @returns undefined where the loss returns `{ sum, count }`, or fails on this number of examples
 */
export function countTerms(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  { variables, frozen, seed, examples }: GradientOptions,
): number | undefined {
  return tf.tidy(() => {
    const { shard, training } = shardSample(batch, examples, seed);
    let size: number | undefined;
    const compute = () => {
      const terms = readTerms(loss(...shard, training));
      size = terms.size;
      return [terms.sum];
    };
    try {
      capture(compute, [...shard, training.step, ...variables, ...frozen]);
      return size;
    } catch {
      return undefined; // the loss was captured on a shard before; it just cannot be of this number of examples
    }
  });
}

/** The first examples of a batch, and what random numbers depend on. */
function shardSample(batch: readonly tf.Tensor[], examples: number, seed: number) {
  const shard = batch.map((tensor) => (tensor.rank === 0 ? copyOf(tensor) : firstRows(tensor, examples)));
  return { shard, training: { seed, step: tf.scalar(0, "int32") as tf.Scalar } };
}

/** @throws CompileError naming the first variable that the loss does not use */
function gradientsOf(loss: () => tf.Scalar, variables: readonly tf.Variable[]) {
  const { value, grads } = variableGrads(loss, variables);
  const gradients = variables.map((variable, i) => {
    const gradient = grads[variable.name];
    if (gradient) return gradient;
    throw new CompileError(`trainStep: variables[${i}] (${variable.name}) takes no part in the loss`);
  });
  return { value, gradients };
}

function variableGrads(loss: () => tf.Scalar, variables: readonly tf.Variable[]) {
  try {
    return tf.variableGrads(loss, [...variables]);
  } catch (error) {
    if (!/Cannot find a connection/.test((error as Error).message)) throw error;
    throw new CompileError("trainStep: the loss uses none of the variables");
  }
}

/** Captures an optimizer's clipping: a trace from the gradients of the variables to the clipped ones. */
export function captureClipping(clip: FusedOptimizer["clip"], variables: readonly tf.Variable[]): Trace | undefined {
  if (clip === undefined) return undefined;
  let trace: Trace | undefined;
  tf.tidy(() => {
    const gradients = variables.map((variable) => tf.zerosLike(variable));
    trace = lower(capture(() => clip(gradients), gradients));
  });
  return trace;
}
