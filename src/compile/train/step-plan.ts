import type * as tf from "../../tf";
import type { ArgumentSignature } from "../shard/argument";
import type { FusedOptimizer } from "./options";
import type { ClippingTraces } from "./update/clipping";

/** What a step is built for. */
export interface StepSource {
  /** The tensors of a batch; for a gathered batch, the resident data and then the row indices. */
  readonly batch: readonly tf.Tensor[];
  /** Their shapes and types. */
  readonly signatures: readonly ArgumentSignature[];
  /** The slots of each variable. */
  readonly slots: readonly (readonly tf.Variable[])[];
  /** How many scalars the optimizer takes. */
  readonly scalars: number;
  /** The number of the step. */
  readonly iteration: number;
  /** Whether the batch is gathered inside the graph. */
  readonly isGathered: boolean;
}

/** What the graph of a step is written from, besides the trace of its loss. */
export interface StepPlan {
  readonly variables: readonly tf.Variable[];
  readonly frozen: readonly tf.Variable[];
  /** Those of the frozen ones that the loss updates, such as moving averages. */
  readonly updated: readonly tf.Variable[];
  readonly optimizer: FusedOptimizer;
  /** The slots of each variable. */
  readonly slots: readonly (readonly tf.Variable[])[];
  /** How many scalars the optimizer takes. */
  readonly scalars: number;
  /** The loss's arguments, for the whole batch. */
  readonly signatures: readonly ArgumentSignature[];
  /** Whether the batch is gathered inside the graph: the step's inputs are then resident data and row indices. */
  readonly isGathered: boolean;
  /** Whether gradients are summed over several batches before an update; the last scalar tells then whether one is due. */
  readonly accumulates: boolean;
  /** Whether the loss is a scalar, the mean over the batch's examples. */
  readonly isMean: boolean;
  /** Whether a step that is not finite updates nothing. */
  readonly isGuarded: boolean;
  readonly shards: number;
  /** The number of examples in a batch. */
  readonly batchSize: number;
  /** The names of the loss's parts, and their weights in the same order; undefined for a loss without parts. */
  readonly parts: { readonly names: readonly string[]; readonly weights: readonly number[] } | undefined;
  /**
   * For each of the loss's further tensors, and then for each value of an updated variable: whether it is joined over the
   * shards. The others are added up.
   */
  readonly joined: readonly boolean[];
  /** From the gradients to the clipped ones; undefined where the optimizer does not clip. */
  readonly clipping: ClippingTraces | undefined;
}
