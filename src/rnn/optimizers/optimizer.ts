import type { After, FusedOptimizer, GraphWriter, UpdateInputs } from "../../compile/extend";
import * as tf from "../../tf";
import { checkCount, checkNotNegative, checkOptions } from "../checks";
import { computeGradients, type GradientOf } from "../gradients";
import { type Clipping, clippingOf } from "./clipping";
import { assignSlots, checkNames, checkSlots, exportSlots, type OptimizerState } from "./optimizer-state";

/** A learning rate: a number, or a schedule, which is a function of the number of steps done so far. */
export type LearningRate = number | ((step: number) => number);

export interface OptimizerOptions extends Clipping {
  /** Default: 0.001. */
  learningRate?: LearningRate;
}

const OPTIONS = ["learningRate", "clipValue", "clipNorm", "globalClipNorm"];

/**
 * The base class of all optimizers. It clips gradients, evaluates the learning rate's schedule, creates the slots of a
 * variable at its first step, and frees them after the variable is disposed. A subclass defines how one variable is
 * updated: `move` with tensors for eager steps, `write` as a fused operation for compiled steps. Both are TensorFlow
 * 1.x's formulas.
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
  /** The number of steps done so far. A schedule gets this number. */
  step = 0;
  /** Clips the gradients of a step before the variables are updated. */
  readonly clip: ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined;
  private readonly slotsByVariable = new Map<tf.Variable, readonly tf.Variable[]>();

  /**
   * @param where the class's name, for error messages
   * @param slots the initial value of each slot of a variable, by TensorFlow 1.x's name of the slot
   * @param own the names of the subclass's own options, so that an unknown option can be refused
   */
  constructor(
    protected readonly where: string,
    options: OptimizerOptions,
    private readonly slots: Readonly<Record<string, number>>,
    own: readonly string[] = [],
  ) {
    checkOptions(where, options, [...OPTIONS, ...own]);
    this.learningRate = options.learningRate ?? 0.001;
    this.clip = clippingOf(where, options);
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
  abstract scalars(): readonly number[];
  /** Writes the same update as one fused operation. */
  abstract write(writer: GraphWriter, inputs: UpdateInputs): After;

  /**
   * Does one training step: computes the loss and its gradients, and updates the variables.
   *
   * @returns the loss before the step; the caller disposes it
   * @throws ArgumentError as `computeGradients`, or when the learning rate is not a number of at least 0
   */
  minimize(loss: () => tf.Scalar, variables: readonly tf.Variable[]): tf.Scalar {
    const computed = computeGradients(loss, variables);
    this.applyGradients(computed.gradients);
    for (const { gradient } of computed.gradients) gradient.dispose();
    return computed.loss;
  }

  /** Updates each variable by its gradient, after clipping. The caller keeps the gradients and disposes them. */
  applyGradients(gradients: readonly GradientOf[]): void {
    const rate = this.currentRate();
    const slots = gradients.map(({ variable }) => this.slotsOf(variable));
    tf.tidy(() => {
      const given = gradients.map(({ gradient }) => gradient);
      const clipped = this.clip?.(given) ?? given;
      gradients.forEach(({ variable }, i) => {
        this.move(variable, slots[i] as readonly tf.Variable[], clipped[i] as tf.Tensor, rate);
      });
    });
    this.stepped();
  }

  /** Returns a variable's slots. The first call for a variable creates them. */
  slotsOf(variable: tf.Variable): readonly tf.Variable[] {
    const known = this.slotsByVariable.get(variable);
    if (known !== undefined) return known;
    this.forgetDisposed();
    const starts = Object.values(this.slots);
    const made = starts.map((start) => tf.tidy(() => tf.variable(tf.fill(variable.shape, start), false)));
    this.slotsByVariable.set(variable, made);
    return made;
  }

  /** Counts one step. */
  stepped(): void {
    this.step++;
  }

  /** Returns the numbers of the state: the number of steps done, and the learning rate where it is not a schedule. */
  protected numbers(): Record<string, number> {
    return typeof this.learningRate === "number"
      ? { step: this.step, learning_rate: this.learningRate }
      : { step: this.step };
  }

  /** Restores what `numbers` returned. @throws ArgumentError before any number is changed */
  protected takeNumbers(numbers: Readonly<Record<string, number>>): void {
    checkCount(this.where, "step", numbers.step as number, 0);
    if (typeof this.learningRate === "number") {
      checkNotNegative(this.where, "learning_rate", numbers.learning_rate as number);
      this.learningRate = numbers.learning_rate as number;
    }
    this.step = numbers.step as number;
  }

  /**
   * Returns the optimizer's state: its slots as arrays and its numbers. A slot has TensorFlow 1.x's name: the weight's
   * name and the slot's name ("rnn/gru_cell/gates/kernel/Adam", "…/Adam_1"). The state does not contain the
   * constructor's options (decays, ε, clipping, a schedule).
   *
   * @param weights the trained variables by name
   */
  state(weights: Readonly<Record<string, tf.Variable>>): OptimizerState {
    return { tensors: exportSlots(this.slotsByName(weights)), numbers: this.numbers() };
  }

  /**
   * Restores a state of an optimizer that was constructed with the same options. The training continues as if it had
   * never stopped; compiled steps use the restored slots too.
   *
   * @throws ArgumentError that names a slot or number which is missing, superfluous or of another shape. After an error
   *   nothing is changed
   */
  restore(weights: Readonly<Record<string, tf.Variable>>, { tensors, numbers }: OptimizerState): void {
    const slots = this.slotsByName(weights);
    checkSlots(this.where, slots, tensors);
    checkNames(this.where, "numbers", Object.keys(this.numbers()), Object.keys(numbers));
    this.takeNumbers(numbers);
    assignSlots(slots, tensors);
  }

  private slotsByName(weights: Readonly<Record<string, tf.Variable>>): ReadonlyMap<string, tf.Variable> {
    const names = Object.keys(this.slots);
    const own = ([weight, variable]: [string, tf.Variable]) =>
      this.slotsOf(variable).map((slot, i) => [`${weight}/${names[i]}`, slot] as const);
    return new Map(Object.entries(weights).flatMap(own));
  }

  /** Returns the coming step's learning rate in float32. @throws ArgumentError when it is not a number of at least 0 */
  protected currentRate(): number {
    const rate = typeof this.learningRate === "function" ? this.learningRate(this.step) : this.learningRate;
    checkNotNegative(this.where, "learningRate", rate);
    return Math.fround(rate);
  }

  private forgetDisposed(): void {
    for (const [variable, slots] of this.slotsByVariable) {
      if (!variable.isDisposed) continue;
      tf.dispose([...slots]);
      this.slotsByVariable.delete(variable);
    }
  }

  /** Frees the slots. */
  dispose(): void {
    for (const slots of this.slotsByVariable.values()) tf.dispose([...slots]);
    this.slotsByVariable.clear();
  }
}
