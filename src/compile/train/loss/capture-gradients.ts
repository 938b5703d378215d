import * as tf from "../../../tf";
import { capture } from "../../capture/capture";
import { collectUpdates, type VariableUpdate } from "../../capture/variable-updates";
import { copyOf } from "../../engine/backend";
import { CompileError } from "../../errors";
import type { Trace } from "../../ir/trace";
import { lower } from "../../lower";
import { firstRows } from "../../rows";
import type { FusedOptimizer } from "../options";
import type { StepLoss, TensorTree } from "./loss-terms";
import { type LossTerms, type ReadLoss, readLoss } from "./read-loss";

/** What a loss returned for some number of examples: how it may be split follows from two of these. */
export interface LossShape {
  /** The names of the parts; undefined for a loss without parts. */
  readonly names: readonly string[] | undefined;
  /** Whether the loss may be split into shards: each of its parts returned more than a scalar. */
  readonly splits: boolean;
  /** The number of terms of each part; undefined where it is `{ sum, count }`. */
  readonly terms: readonly (number | undefined)[];
  /** The further tensors: their names, and their shapes and types. */
  readonly aux: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  /** The variables that the loss updates, such as moving averages. Their next values follow the further tensors. */
  readonly updated: readonly tf.Variable[];
  /** The further tensors as they were returned, for the lists and records in it. */
  readonly tree: TensorTree | undefined;
}

/** A loss and its gradients, captured on a shard. */
export interface CapturedGradients {
  /**
   * Inputs: the loss's arguments, the step's number, the variables, the frozen ones; for a loss of parts also one factor for
   * each part, which is its weight / the batch's count of its terms. Outputs: the sum of the loss's terms, their count,
   * and the gradients of the sum; the further tensors; the next values of updated variables; for a loss of parts also the sums of its parts, then their counts.
   * In a loss of parts the first output is the sum of the parts' sums, each times its factor, and the second one is unused.
   */
  readonly trace: Trace;
  readonly shape: LossShape;
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
  try {
    return captureWith(0);
  } catch (error) {
    if (!(error instanceof PartsFound)) throw error;
    return captureWith(error.parts);
  }

  function captureWith(parts: number): CapturedGradients {
    let captured: CapturedGradients | undefined;
    tf.tidy(() => {
      const { shard, training, updates } = shardSample(batch, examples, seed);
      const factors = Array.from({ length: parts }, () => tf.scalar(1));
      let shape: LossShape | undefined;
      const compute = () => {
        const kept: tf.Tensor[] = []; // variableGrads would dispose them at its end
        const keep = (tensor: tf.Tensor) => kept.push(tf.keep(tensor));
        const sumOfTerms = () => {
          const read = readLoss(loss(...shard, training));
          if ((read.names?.length ?? 0) !== parts) throw new PartsFound(read.terms.length);
          shape = shapeOf(
            read,
            updates.map(({ variable }) => variable),
          );
          return weightedSum({ ...read, updates }, factors, keep);
        };
        try {
          const { value, gradients } = gradientsOf(sumOfTerms, variables);
          const [count, ...others] = kept.map((tensor) => tf.clone(tensor)) as [tf.Tensor, ...tf.Tensor[]];
          return [value, count, ...gradients, ...others];
        } finally {
          tf.dispose([...kept, ...updates.map((update) => update.value)]);
        }
      };
      const trace = lower(capture(compute, [...shard, training.step, ...variables, ...frozen, ...factors]));
      captured = { trace, shape: shape as unknown as LossShape }; // not returned, because tf.tidy would search it for tensors
    });
    return captured as unknown as CapturedGradients;
  }
}

/** Ends a capture, because how many factors it needs is known only once the loss was called. */
class PartsFound extends Error {
  constructor(readonly parts: number) {
    super(`trainStep: the loss has ${parts} parts at one call and another number at the next`);
  }
}

/** The scalar that is differentiated. @param keep takes the count, and then the further outputs, in their order */
function weightedSum(
  { terms, names, aux, updates }: ReadLoss & { readonly updates: readonly VariableUpdate[] },
  factors: readonly tf.Scalar[],
  keep: (tensor: tf.Tensor) => void,
): tf.Scalar {
  const countOf = ({ count }: LossTerms) => tf.sum(count.toFloat());
  const sumOf = ({ sum }: LossTerms) => tf.sum(sum);
  const further = [...aux.map(({ tensor }) => tensor), ...updates.map(({ value }) => value)];
  const [first] = terms as [LossTerms];
  if (names === undefined) {
    keep(countOf(first));
    for (const tensor of further) keep(tf.clone(tensor));
    return sumOf(first) as tf.Scalar;
  }
  keep(tf.scalar(1));
  for (const tensor of further) keep(tf.clone(tensor));
  const sums = terms.map(sumOf);
  for (const each of [...sums, ...terms.map(countOf)]) keep(each);
  return tf.addN(sums.map((sum, i) => tf.mul(sum, factors[i] as tf.Scalar))) as tf.Scalar;
}

function shapeOf({ terms, names, aux, tree }: ReadLoss, updated: readonly tf.Variable[]): LossShape {
  return {
    names,
    splits: terms.every(({ splits }) => splits),
    terms: terms.map(({ size }) => size),
    aux: aux.map(({ name, tensor: { shape, dtype } }) => ({ name, shape, dtype })),
    updated,
    tree,
  };
}

/**
 * What a loss returns for the first examples of a batch.
 *
 * @returns undefined where the loss fails on this number of examples
 */
export function measureLoss(
  loss: StepLoss,
  batch: readonly tf.Tensor[],
  { variables, frozen, seed, examples }: GradientOptions,
): LossShape | undefined {
  let shape: LossShape | undefined;
  tf.tidy(() => {
    const { shard, training, updates } = shardSample(batch, examples, seed);
    const compute = () => {
      const read = readLoss(loss(...shard, training));
      shape = shapeOf(read, []);
      return read.terms.map(({ sum }) => sum);
    };
    try {
      capture(compute, [...shard, training.step, ...variables, ...frozen]);
    } catch {
      shape = undefined; // the loss was captured on a shard before; it just cannot be of this number of examples
    }
    tf.dispose(updates.map(({ value }) => value));
  });
  return shape;
}

/** The first examples of a batch, and what random numbers depend on. */
function shardSample(batch: readonly tf.Tensor[], examples: number, seed: number) {
  const shard = batch.map((tensor) => (tensor.rank === 0 ? copyOf(tensor) : firstRows(tensor, examples)));
  const training = { seed, step: tf.scalar(0, "int32") as tf.Scalar };
  return { shard, training, updates: collectUpdates(training) };
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
