import type * as tf from "../../tf";
import type { After, GraphWriter, Ref } from "../emit/graph-writer";
import type { Slices } from "./indexed-slices";

/** An optimizer as one fused native operation a variable. */
export interface FusedOptimizer {
  /** The slots of a variable; they belong to the optimizer. */
  slotsOf(variable: tf.Variable): readonly tf.Variable[];
  /** The numbers of the coming step, such as the learning rate; the same many every time. */
  scalars(): readonly number[];
  /** Writes the operation that moves one variable. */
  write(
    writer: GraphWriter,
    place: { variable: Ref; slots: readonly Ref[]; scalars: readonly Ref[]; gradient: Ref },
  ): After;
  /**
   * The same where only some rows of a variable have a gradient. Without it such a gradient is made whole: TensorFlow
   * 1.x's Adam moves every row as well.
   */
  writeRows?(
    writer: GraphWriter,
    place: { variable: Ref; slots: readonly Ref[]; scalars: readonly Ref[]; gradient: Slices },
  ): After;
  /** Applied to all gradients before they move anything, as clipping is; any tensor operations. */
  readonly clip?: ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined;
  /** Called after every step. */
  stepped(): void;
}

export interface TrainStepOptions {
  /** The weights to train. */
  variables: readonly tf.Variable[];
  /** Further variables that the loss uses, and that stay as they are. */
  frozen?: readonly tf.Variable[];
  optimizer: FusedOptimizer;
  /** Into how many parts a batch is cut, to be computed side by side; one a core unless told. */
  shards?: number;
  /** Fixes what is drawn, together with the step's number; 0 unless told otherwise. */
  seed?: number;
  /**
   * Whether a step whose loss or gradient is not finite moves nothing and throws a NotFiniteError; without it such a
   * step's loss is returned, and its weights are spoilt.
   */
  guard?: boolean;
}
