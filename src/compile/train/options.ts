import type * as tf from "../../tf";
import type { After, GraphWriter, Ref } from "../emit/graph-writer";
import type { ThreadsOption } from "../runtime/session/threads";
import type { Variables } from "../variables";
import type { Slices } from "./indexed-slices";

/** What the update of one variable reads: nodes of the step's graph. */
export interface UpdateInputs {
  /** The variable itself, which tells its shape and which one it is. Its value is not for the graph. */
  readonly weight: tf.Variable;
  /** The handle of the variable, for operations such as `ResourceApplyAdam`. */
  readonly variable: Ref;
  /** The handles of its slots, in the order of `slotsOf`. */
  readonly slots: readonly Ref[];
  /** The numbers of this step, in the order of `scalars`. */
  readonly scalars: readonly Ref[];
  /** The gradient, averaged over the batch and clipped. */
  readonly gradient: Ref;
}

/** The same for a gradient that only some rows of the variable have. */
export interface SlicedUpdate extends Omit<UpdateInputs, "gradient"> {
  readonly gradient: Slices;
}

/**
 * Gradient accumulation: a step adds the gradients of its batch to accumulators, and updates the variables only at the last
 * batch of several, with the mean over all their terms.
 */
export interface GradientAccumulation {
  /** The accumulator of a variable, of its shape. The optimizer owns it. */
  accumulatorOf(variable: tf.Variable): tf.Variable;
  /** The number of terms whose gradients are summed now, a float32 scalar. The optimizer owns it. */
  readonly count: tf.Variable;
  /** Called before each batch, with the variables that are trained. It may throw. */
  begin(variables: readonly tf.Variable[]): void;
  /** Whether the coming batch is the last before an update. */
  isLast(): boolean;
  /** Called after a batch that was added and did not update. */
  added(): void;
}

/** Clips all gradients of a step, by any tensor operations. */
export interface GradientClipping {
  (gradients: tf.Tensor[]): tf.Tensor[];
  /**
   * A cheaper way to the same numbers for usual gradients. After the clipped gradients it returns a boolean scalar, whether
   * the gradients are usual; a compiled step computes the other way only where they are not. Default: none.
   */
  readonly usually?: ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined;
}

/** An optimizer that updates each variable by nodes of the step's graph. `extend.ts` shows a small one. */
export interface FusedOptimizer {
  /** The slots of a variable, such as Adam's moments. The optimizer owns and disposes them. */
  slotsOf(variable: tf.Variable): readonly tf.Variable[];
  /**
   * Called when a step is made, and before each call of it, with the variables that it trains and the frozen ones. It
   * may throw, to refuse a variable. Default: none is refused.
   */
  begin?(variables: readonly tf.Variable[]): void;
  /** The numbers of the next step, such as the learning rate; the same count at every step. */
  scalars(): readonly number[];
  /** Writes the nodes that update one variable and its slots. @returns the last of them, as `^node` */
  write(writer: GraphWriter, inputs: UpdateInputs): After;
  /**
   * The same for a gradient in slices, whose rows alone it moves. A row may have several slices: `sumDuplicates` sums them.
   * Whether a gradient is in slices follows from the loss alone, and never from sizes: the loss only gathers rows of the
   * variable. Without this method the step makes such a gradient dense first, as TensorFlow 1.x's Adam does, which moves
   * every row.
   */
  readonly writeRows?: ((writer: GraphWriter, inputs: SlicedUpdate) => After) | undefined;
  /**
   * Clips all gradients of a step before any variable is updated; any tensor operations. Of a gradient in slices it gets the
   * values of the slices, as in TensorFlow 1.x. Default: no clipping.
   */
  readonly clip?: GradientClipping | undefined;
  /** Sums gradients over several batches before an update. Default: every batch updates. */
  readonly accumulation?: GradientAccumulation | undefined;
  /** Called after every step that updated the variables. */
  stepped(): void;
}

/** @typeParam Part the names of the loss's parts */
export interface TrainStepOptions<Part extends string = string> extends ThreadsOption {
  /**
   * The weights to train: a list, or by the names that errors call them (`namedWeights(cell)`). A step does not change a
   * weight whose `trainable` is false when the step is called; it may be set to true again.
   */
  variables: Variables;
  /** Further variables that the loss reads and the step does not change, likewise. Default: none. */
  frozen?: Variables;
  /** One of `unroll/rnn`'s, or one of your own: see `unroll/compile/extend`. */
  optimizer: FusedOptimizer;
  /**
   * Into how many equal shards a batch is split; they run in parallel. A number that does not divide the batch size is
   * lowered to the next one that does. Default: the number of cores.
   */
  shards?: number;
  /**
   * The weights wₖ of the parts of a loss that returns a record of parts: the loss is Σ wₖ·(sumₖ / countₖ). They are baked
   * into the graph; a weight that changes is to be an argument of the loss, which multiplies the terms by it. Default: 1 for
   * each part.
   */
  lossWeights?: { readonly [name in Part]?: number };
  /** The seed of the step's random numbers, which depend on it and on the number of the step. Default: 0. */
  seed?: number;
  /**
   * Whether a step checks that its loss and gradients are finite. Where they are not, it updates nothing and throws a
   * StepNotFiniteError. Default: false; such a step returns its loss, and its weights become NaN or infinite.
   */
  guard?: boolean;
  /**
   * The most graphs that are kept, one for each list of shapes and types of a batch. Where there are more, the one that was used
   * longest ago is closed, and a line on stderr says so once. Default: 64.
   */
  graphs?: number;
}

/** The options of a step, checked. */
export interface StepOptions extends Omit<TrainStepOptions, "variables" | "frozen"> {
  readonly variables: readonly tf.Variable[];
  readonly frozen: readonly tf.Variable[];
  /** What errors call the variables. */
  readonly names: readonly string[];
}
