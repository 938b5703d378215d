import type * as tf from "../../tf";
import type { Signature, Trace } from "../ir/trace";
import type { FusedOptimizer } from "./options";

/** What a step's graph is made of. */
export interface StepPlan {
  readonly variables: readonly tf.Variable[];
  readonly frozen: readonly tf.Variable[];
  readonly optimizer: FusedOptimizer;
  readonly slots: readonly (readonly tf.Variable[])[];
  /** How many numbers the optimizer takes. */
  readonly scalars: number;
  /** The loss's arguments. */
  readonly signatures: readonly Signature[];
  /** Whether they are rows of data that are held, by the numbers of the rows: the batch is then data, and the numbers. */
  readonly isByRow: boolean;
  /** Whether nothing moves when the loss or a gradient is not finite. */
  readonly isGuarded: boolean;
  readonly shards: number;
  readonly size: number;
  readonly clipTrace: Trace | undefined;
}
