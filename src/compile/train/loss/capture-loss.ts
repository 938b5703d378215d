import * as tf from "../../../tf";
import { capture } from "../../capture/capture";
import { collectUpdates } from "../../capture/variable-updates";
import { copyOf } from "../../engine/backend";
import type { Trace } from "../../ir/trace";
import { lower } from "../../lower";
import { firstRows } from "../../rows";
import type { StepLoss, TensorTree } from "./loss-terms";
import { type ReadLoss, readLoss } from "./read-loss";

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

export interface CaptureOptions {
  readonly variables: readonly tf.Variable[];
  /** What errors call the variables. */
  readonly names: readonly string[];
  readonly frozen: readonly tf.Variable[];
  readonly seed: number;
  /** For each argument of the loss: whether it has a row for each example. */
  readonly isCut: readonly boolean[];
  /** The number of examples to capture the loss on. */
  readonly examples: number;
}

/** The first examples of a batch, what random numbers depend on, and the list that the loss's updates are noted in. */
export function shardSample(batch: readonly tf.Tensor[], { isCut, examples, seed }: CaptureOptions) {
  const shard = batch.map((tensor, i) => (isCut[i] ? firstRows(tensor, examples) : copyOf(tensor)));
  const training = { seed, step: tf.scalar(0, "int32") as tf.Scalar };
  return { shard, training, updates: collectUpdates(training) };
}

/** @param updated the variables that the loss updates. Default: none. */
export function shapeOf({ terms, names, aux, tree }: ReadLoss, updated: readonly tf.Variable[] = []): LossShape {
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
  options: CaptureOptions,
): LossShape | undefined {
  const { variables, frozen } = options;
  let shape: LossShape | undefined;
  tf.tidy(() => {
    const { shard, training } = shardSample(batch, options);
    const compute = () => {
      const read = readLoss(loss(...shard, training));
      shape = shapeOf(read);
      return read.terms.map(({ sum }) => sum);
    };
    try {
      capture(compute, [...shard, training.step, ...variables, ...frozen]);
    } catch {
      shape = undefined; // the loss was captured on a shard before; it just cannot be of this number of examples
    }
  });
  return shape;
}

/**
 * Captures a loss without its gradients on the first examples of a batch.
 *
 * @returns a trace whose inputs are the loss's arguments, the step's number, the variables, the frozen ones. Its outputs are the
 *   sums of the parts' terms, their counts, and the further tensors
 */
export function captureTerms(loss: StepLoss, batch: readonly tf.Tensor[], options: CaptureOptions): Trace {
  const { variables, frozen } = options;
  let trace: Trace | undefined;
  tf.tidy(() => {
    const { shard, training } = shardSample(batch, options);
    const compute = () => {
      const { terms, aux } = readLoss(loss(...shard, training));
      const sums = terms.map(({ sum }) => tf.sum(sum));
      return [
        ...sums,
        ...terms.map(({ count }) => tf.sum(count.toFloat())),
        ...aux.map(({ tensor }) => tf.clone(tensor)),
      ];
    };
    trace = lower(capture(compute, [...shard, training.step, ...variables, ...frozen]));
  });
  return trace as unknown as Trace;
}
