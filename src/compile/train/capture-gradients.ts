import * as tf from "../../tf";
import { capture } from "../capture/capture";
import { copyOf } from "../engine/backend";
import { CompileError } from "../errors";
import type { Trace } from "../ir/trace";
import { firstRows } from "../rows";
import { type StepLoss, termsOf } from "./loss-terms";

/** The trace of one shard: the sum of the loss's terms, their count, and the sum's gradients. */
export interface CapturedGradients {
  readonly trace: Trace;
  readonly splits: boolean;
  /** How many terms there are; undefined where the loss gives their sum and count. */
  readonly terms: number | undefined;
}

export interface GradientOptions {
  readonly variables: readonly tf.Variable[];
  readonly frozen: readonly tf.Variable[];
  readonly rows: number;
  readonly seed: number;
}

/** Captures a loss and its gradients on the first rows of a batch. */
export function captureGradients(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  { variables, frozen, rows, seed }: GradientOptions,
): CapturedGradients {
  let captured: CapturedGradients | undefined;
  tf.tidy(() => {
    const { shard, training } = partOf(batch, rows, seed);
    let splits = true;
    let size: number | undefined;
    const compute = () => {
      let count: tf.Tensor | undefined;
      const sumOfTerms = () => {
        const terms = termsOf(loss(...shard, training));
        ({ splits, size } = terms);
        count = tf.keep(tf.sum(terms.count.toFloat())); // past the end of variableGrads
        return tf.sum(terms.sum) as tf.Scalar;
      };
      try {
        const { value, gradients } = gradientsOf(sumOfTerms, variables);
        return [value, tf.clone(count as unknown as tf.Tensor), ...gradients];
      } finally {
        count?.dispose();
      }
    };
    const trace = capture(compute, [...shard, training.step, ...variables, ...frozen]);
    captured = { trace, splits, terms: size }; // not returned: tf.tidy would look for tensors in it
  });
  return captured as unknown as CapturedGradients;
}

/** How many terms a loss has of a batch's first rows; undefined where it gives a sum and a count, or cannot be of so many. */
export function countTerms(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  { variables, frozen, rows, seed }: GradientOptions,
): number | undefined {
  return tf.tidy(() => {
    const { shard, training } = partOf(batch, rows, seed);
    let size: number | undefined;
    const compute = () => {
      const terms = termsOf(loss(...shard, training));
      size = terms.size;
      return [terms.sum];
    };
    try {
      capture(compute, [...shard, training.step, ...variables, ...frozen]);
      return size;
    } catch {
      return undefined; // of as many rows as a shard has it was captured before
    }
  });
}

/** The first rows of a batch, and what random numbers depend on. */
function partOf(batch: readonly tf.Tensor[], rows: number, seed: number) {
  const shard = batch.map((tensor) => (tensor.rank === 0 ? copyOf(tensor) : firstRows(tensor, rows)));
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

/** Captures an optimizer's clipping of its gradients. */
export function captureClipping(
  clip: ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined,
  variables: readonly tf.Variable[],
): Trace | undefined {
  if (clip === undefined) return undefined;
  let trace: Trace | undefined;
  tf.tidy(() => {
    const gradients = variables.map((variable) => tf.zerosLike(variable));
    trace = capture(() => clip(gradients), gradients);
  });
  return trace;
}
