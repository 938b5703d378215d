import {
  type After,
  densify,
  type FusedOptimizer,
  type GraphWriter,
  type SlicedUpdate,
  sumDuplicates,
  type UpdateInputs,
} from "../../compile/extend";
import * as tf from "../../tf";
import { checkNotNegative, checkOptions } from "../checks";
import { ArgumentError } from "../errors";
import { computeGradients, type GradientOf } from "../gradients";
import { Extras } from "./extras/extras";
import type { WeightDecay } from "./extras/weight-decay";
import { type ApplyOptions, type LearningRate, OPTIONS, type OptimizerOptions } from "./options";
import { checkIndices, denseOf, onRows, type Slices, summedSlices, valuesOf } from "./row-slices";
import { checkNames, checkStep, type OptimizerState } from "./state/optimizer-state";
import { exportSlots, restoreSlots } from "./state/restore-slots";

/**
 * The base class of all optimizers. It clips gradients, evaluates the learning rate's schedule, creates the slots of a
 * variable at its first step, and frees them after the variable is disposed. A subclass defines how one variable is
 * updated: `move` with tensors for eager steps, `writeMove` as a fused operation for compiled steps. Both are TensorFlow
 * 1.x's formulas. (`functionOptimizer` makes an optimizer from one function for both.)
 *
 * An optimizer trains one model: its number of steps, its moments and its beta powers belong together. Once it has
 * stepped, it refuses weights that its first step did not have; another model takes a new optimizer. (Weights that are
 * frozen at the first step may be trained later, if the step knows them: `fit` and `trainStep` tell it.)
 *
 * @example
 *   const optimizer: Optimizer = new AdamOptimizer({ learningRate: (step) => 0.001 * 0.99 ** step }); // a schedule
 *   const w = tf.variable(tf.scalar(5));
 *   const loss = optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]); // the loss before the step
 *   const { tensors, numbers } = optimizer.state({ w }); // what a checkpoint needs
 */
export abstract class Optimizer implements FusedOptimizer {
  /** The learning rate. It may be changed between two steps. */
  learningRate: LearningRate;
  /** The number of updates done so far. A schedule gets this number. */
  step = 0;
  /** Clips the gradients of a step before the variables are updated. */
  readonly clip: FusedOptimizer["clip"];
  readonly accumulation: FusedOptimizer["accumulation"];
  /** Where the learning rate stands among `stepNumbers`. */
  protected readonly rateAt: number = 0;
  /** Whether two updates by two gradients are one by their sum, so that slices of one row need not be summed first. */
  protected readonly isLinear: boolean = false;
  /** Shrinks each weight before its update. Default: no decay. */
  protected readonly weightDecay: WeightDecay | undefined;
  private readonly extras: Extras;

  /**
   * @param where the class's name, for error messages
   * @param slots the initial value of each slot of a variable, by TensorFlow 1.x's name of the slot
   * @param own the names of the subclass's own options, so that an unknown option can be refused
   */
  constructor(
    protected readonly where: string,
    options: OptimizerOptions,
    slots: Readonly<Record<string, number>>,
    own: readonly string[] = [],
  ) {
    if (typeof options === "number") {
      throw new ArgumentError(where, "options", `{ learningRate: ${options} }, in braces`, `number ${options}`);
    }
    checkOptions(where, options, [...OPTIONS, ...own]);
    this.learningRate = options.learningRate ?? 0.001;
    this.extras = new Extras(where, options, slots);
    this.clip = this.extras.clip;
    this.accumulation = this.extras.accumulation;
    this.currentRate();
  }

  /** Updates one variable and its slots eagerly. */
  protected abstract move(
    variable: tf.Variable,
    slots: readonly tf.Variable[],
    gradient: tf.Tensor,
    rate: number,
  ): void;
  /** Returns the numbers that the fused operation needs at the coming step, such as the learning rate. */
  protected abstract stepNumbers(): readonly number[];
  /** Writes the same update as one fused operation. @param inputs `scalars` are `stepNumbers` */
  protected abstract writeMove(writer: GraphWriter, inputs: UpdateInputs): After;
  /**
   * The same for a gradient in slices, of which no two have the same row unless the update is linear, so that only these
   * rows move. Eager steps then call `move` with these rows only. Default: such a gradient is made dense first, and all
   * rows move.
   */
  protected writeMoveRows?(writer: GraphWriter, inputs: SlicedUpdate): After;

  /**
   * Does one training step: computes the loss and its gradients, and updates the variables.
   *
   * @returns the loss before the step; the caller disposes it
   * @throws ArgumentError as `computeGradients` and `applyGradients`
   */
  minimize(loss: () => tf.Scalar, variables: readonly tf.Variable[]): tf.Scalar {
    const computed = computeGradients(loss, variables);
    try {
      this.applyGradients(computed.gradients);
      return computed.loss;
    } catch (error) {
      computed.loss.dispose();
      throw error;
    } finally {
      for (const { gradient } of computed.gradients) gradient.dispose();
    }
  }

  /**
   * Updates each variable by its gradient, after clipping. The caller keeps the gradients and disposes them.
   *
   * A gradient with `indices`, as `computeGradients` gives it for a variable of which the loss only looks up rows, has these
   * rows only; Momentum, Adagrad, RMSProp and LazyAdam then leave all other rows and their slots unchanged. Any other
   * gradient moves the whole variable, whatever is zero in it.
   *
   * @throws ArgumentError when there is no gradient, when a row is none of the variable's, when a variable is new to
   *   an optimizer that has stepped, when the averages are swapped in, or when the learning rate is not a number of at
   *   least 0
   */
  applyGradients(gradients: readonly GradientOf[], { variables, count = 1 }: ApplyOptions = {}): void {
    if (gradients.length === 0) throw new ArgumentError(this.where, "gradients", "at least one", "an empty list");
    checkIndices(this.where, gradients);
    this.begin(variables ?? gradients.map(({ variable }) => variable));
    const rate = this.currentRate();
    const { extras, step } = this;
    for (const { variable } of gradients) this.slotsOf(variable);
    const isUpdated = tf.tidy(() => {
      const given = extras.accumulate(gradients, count);
      if (given === undefined) return false;
      const clipped = this.clip?.(given.map(valuesOf)) ?? given.map(valuesOf);
      gradients.forEach(({ variable }, i) => {
        const own = extras.ownSlots(this.slotsOf(variable));
        const values = clipped[i] as tf.Tensor;
        const { indices } = given[i] as Slices;
        if (indices === undefined) this.moveWhole(variable, own, values, extras.rateOf(variable, rate));
        else this.moveRows(variable, own, { values, indices }, extras.rateOf(variable, rate));
        extras.moveAverage(variable, step);
      });
      return true;
    });
    if (isUpdated) this.stepped();
    else this.accumulation?.added();
  }

  private moveWhole(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    this.weightDecay?.decay(variable, rate);
    this.move(variable, slots, gradient, rate);
  }

  /** Moves the rows that a gradient in slices has; the rows that decay are these, too. */
  private moveRows(variable: tf.Variable, slots: readonly tf.Variable[], slices: Slices, rate: number): void {
    const summed = summedSlices(slices);
    const movesRows = this.writeMoveRows !== undefined;
    onRows(movesRows ? [variable, ...slots] : [variable], summed.indices, ([weight, ...own]) => {
      this.weightDecay?.decay(weight as tf.Variable, rate, variable);
      if (movesRows) this.move(weight as tf.Variable, own, summed.values, rate);
    });
    if (!movesRows) this.move(variable, slots, denseOf(summed, variable.shape), rate);
  }

  /**
   * Takes the variables of the coming step, frozen ones too. The first step's are the only ones that later steps may have.
   *
   * @throws ArgumentError naming a variable that the first step did not have; or when the averages are swapped in
   */
  begin(variables: readonly tf.Variable[]): void {
    this.extras.begin(variables);
  }

  /** Returns a variable's slots. The first call for a variable creates them. @throws ArgumentError as `begin` */
  slotsOf(variable: tf.Variable): readonly tf.Variable[] {
    return this.extras.slotsOf(variable);
  }

  /** The numbers of the coming step, for a compiled step. */
  scalars(): readonly number[] {
    return [...this.stepNumbers(), ...this.extras.scalars(this.step)];
  }

  /** Writes the update of one variable, for a compiled step. */
  write(writer: GraphWriter, inputs: UpdateInputs): After {
    const own = this.extras.ownInputs(writer, inputs, this.rateAt);
    const decayed = this.weightDecay?.write(writer, own, own.scalars[this.rateAt] as string);
    const updated = this.writeMove(writer, decayed ?? own);
    return this.extras.writeAverage(writer, inputs, updated);
  }

  /** The same for a gradient in slices. undefined where the optimizer moves all rows, as Adam does. */
  get writeRows(): FusedOptimizer["writeRows"] {
    if (this.writeMoveRows === undefined && this.weightDecay === undefined) return undefined;
    return (writer, inputs) => this.writeRowsOf(writer, inputs);
  }

  private writeRowsOf(writer: GraphWriter, inputs: SlicedUpdate): After {
    const given = this.extras.ownInputs(writer, inputs, this.rateAt);
    const own = this.isLinear ? given : { ...given, gradient: sumDuplicates(writer, given.gradient) };
    const decayed = this.weightDecay?.writeRows(writer, own, own.scalars[this.rateAt] as string) ?? own;
    const dense = () => densify(writer, decayed.gradient, inputs.weight.shape);
    const updated = this.writeMoveRows?.(writer, decayed) ?? this.writeMove(writer, { ...decayed, gradient: dense() });
    return this.extras.writeAverage(writer, inputs, updated);
  }

  /** Counts one step. */
  stepped(): void {
    this.step++;
    this.extras.stepped();
  }

  /**
   * Exchanges the values of the weights and of their moving averages. Call it before an evaluation, and once more after it:
   * the optimizer refuses to step in between.
   *
   * @throws ArgumentError without the option `movingAverage`
   */
  swapAverages(): void {
    this.extras.swapAverages();
  }

  /** Whether `fit` measures the averages after each epoch. */
  get measuresAverages(): boolean {
    return this.extras.average?.measured ?? false;
  }

  /** Returns the numbers of the state: the number of steps done, and the learning rate where it is not a schedule. */
  protected numbers(): Record<string, number> {
    const rate = typeof this.learningRate === "number" ? { learning_rate: this.learningRate } : undefined;
    return { step: this.step, ...rate, ...this.extras.numbers() };
  }

  /** Restores what `numbers` returned. @throws ArgumentError before any number is changed */
  protected takeNumbers(numbers: Readonly<Record<string, number>>): void {
    checkStep(this.where, numbers, typeof this.learningRate === "number");
    this.extras.takeNumbers(numbers);
    if (typeof this.learningRate === "number") this.learningRate = numbers.learning_rate as number;
    this.step = numbers.step as number;
  }

  /**
   * Returns the optimizer's state: its slots as arrays and its numbers. A slot has TensorFlow 1.x's name: the weight's
   * name and the slot's name ("rnn/gru_cell/gates/kernel/Adam", "…/Adam_1"). A frozen weight that was never trained has
   * no slots. The state does not contain the constructor's options (decays, ε, clipping, a schedule).
   *
   * @param weights the model's variables by name
   * @throws ArgumentError naming a variable that is new to an optimizer that has stepped; or when the averages are swapped in
   */
  state(weights: Readonly<Record<string, tf.Variable>>): OptimizerState {
    this.extras.checkNotSwapped();
    return { tensors: exportSlots(this.extras.store, weights), numbers: this.numbers() };
  }

  /**
   * Restores a state of an optimizer that was constructed with the same options. The training continues as if it had
   * never stopped; compiled steps use the restored slots too.
   *
   * @param weights the model's variables by name; from now on the optimizer trains these
   * @throws ArgumentError that names a slot or number which is missing, superfluous or of another shape. After an error
   *   nothing is changed
   */
  restore(weights: Readonly<Record<string, tf.Variable>>, { tensors, numbers }: OptimizerState): void {
    restoreSlots(this.where, this.extras.store, weights, tensors, () => {
      checkNames(this.where, "numbers", Object.keys(this.numbers()), Object.keys(numbers));
      this.takeNumbers(numbers);
      return this.step > 0 || this.extras.isAccumulating;
    });
  }

  /** Returns the coming step's learning rate in float32. @throws ArgumentError when it is not a number of at least 0 */
  protected currentRate(): number {
    const rate = typeof this.learningRate === "function" ? this.learningRate(this.step) : this.learningRate;
    checkNotNegative(this.where, "learningRate", rate);
    return Math.fround(rate);
  }

  /** Frees the slots. */
  dispose(): void {
    this.extras.dispose();
  }
}
