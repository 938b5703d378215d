import type { After, FusedOptimizer, GraphWriter, Ref, Slices } from "../../compile";
import * as tf from "../../tf";
import { checkCount, checkNotNegative, checkOptions } from "../checks";
import { computeGradients, type GradientOf } from "../gradients";
import { type Clipping, clippingOf } from "./clipping";
import { assignSlots, checkNames, checkSlots, exportSlots, type OptimizerState } from "./optimizer-state";

/** A learning rate, or a function of the number of steps done so far. */
export type LearningRate = number | ((step: number) => number);

export interface OptimizerOptions extends Clipping {
  learningRate?: LearningRate;
}

const OPTIONS = ["learningRate", "clipValue", "clipNorm", "globalClipNorm"];

/** What one fused operation finds in the graph. */
export interface FusedPlace {
  readonly variable: Ref;
  readonly slots: readonly Ref[];
  readonly scalars: readonly Ref[];
  readonly gradient: Ref;
}

/** The same, with a gradient that only some rows have. */
export interface FusedRows extends Omit<FusedPlace, "gradient"> {
  readonly gradient: Slices;
}

/**
 * What all optimizers share: clipping, the learning rate's schedule, slots made when first needed and freed with their
 * variables. A subclass says how one variable moves, in tensors for eager steps and as a fused operation for compiled
 * ones; both are TensorFlow 1.x's formulas.
 */
export abstract class Optimizer implements FusedOptimizer {
  /** May be changed between steps. */
  learningRate: LearningRate;
  /** Steps done so far; a schedule sees it. */
  step = 0;
  /** Applied to the gradients of a step before they move anything. */
  readonly clip: ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined;
  private readonly held = new Map<tf.Variable, readonly tf.Variable[]>();

  /**
   * @param slots what each slot of a variable begins with, by the name that TensorFlow 1.x gives it
   * @param own the names of the subclass's options, for the message of one that is not known
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

  /** Moves one variable eagerly. */
  protected abstract move(
    variable: tf.Variable,
    slots: readonly tf.Variable[],
    gradient: tf.Tensor,
    rate: number,
  ): void;
  /** The numbers of the coming step that the fused operation takes. */
  abstract scalars(): readonly number[];
  /** The same move as one fused operation. */
  abstract write(writer: GraphWriter, place: FusedPlace): After;

  /**
   * One training step: computes the loss and its gradients, and moves the variables.
   *
   * @returns the loss before the step; the caller disposes it
   * @throws ArgumentError as `computeGradients`, or on a learning rate that is no number from 0 up
   */
  minimize(loss: () => tf.Scalar, variables: readonly tf.Variable[]): tf.Scalar {
    const computed = computeGradients(loss, variables);
    this.applyGradients(computed.gradients);
    for (const { gradient } of computed.gradients) gradient.dispose();
    return computed.loss;
  }

  /** Moves each variable by its gradient, clipped where that is asked for. The gradients stay the caller's. */
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

  /** A variable's slots, made when first asked for. */
  slotsOf(variable: tf.Variable): readonly tf.Variable[] {
    const known = this.held.get(variable);
    if (known !== undefined) return known;
    this.forgetDisposed();
    const starts = Object.values(this.slots);
    const made = starts.map((start) => tf.tidy(() => tf.variable(tf.fill(variable.shape, start), false)));
    this.held.set(variable, made);
    return made;
  }

  /** Counts a step. */
  stepped(): void {
    this.step++;
  }

  /** The numbers that a training goes on from, besides the slots: the steps done and a learning rate that is a number. */
  protected numbers(): Record<string, number> {
    return typeof this.learningRate === "number"
      ? { step: this.step, learning_rate: this.learningRate }
      : { step: this.step };
  }

  /** Takes what `numbers` gave. @throws ArgumentError before anything is changed */
  protected takeNumbers(numbers: Readonly<Record<string, number>>): void {
    checkCount(this.where, "step", numbers.step as number, 0);
    if (typeof this.learningRate === "number") {
      checkNotNegative(this.where, "learning_rate", numbers.learning_rate as number);
      this.learningRate = numbers.learning_rate as number;
    }
    this.step = numbers.step as number;
  }

  /**
   * All that the optimizer knows: its slots as arrays, called as TensorFlow 1.x does, the weight's name and the slot's
   * ("rnn/gru_cell/gates/kernel/Adam", "…/Adam_1"), and its numbers. Settings (decays, ε, clipping, a schedule) are the
   * constructor's.
   *
   * @param weights the variables that are trained, by name
   */
  state(weights: Readonly<Record<string, tf.Variable>>): OptimizerState {
    return { tensors: exportSlots(this.slotsByName(weights)), numbers: this.numbers() };
  }

  /**
   * Goes on from a state, of an optimizer made alike, as if it had never stopped. Compiled steps see it.
   *
   * @throws ArgumentError naming a slot or number that is missing, left over, or not as this optimizer has it; nothing
   *   is changed then
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

  /** The coming step's learning rate, in float32. @throws ArgumentError when it is no number from 0 up */
  protected currentRate(): number {
    const rate = typeof this.learningRate === "function" ? this.learningRate(this.step) : this.learningRate;
    checkNotNegative(this.where, "learningRate", rate);
    return Math.fround(rate);
  }

  private forgetDisposed(): void {
    for (const [variable, slots] of this.held) {
      if (!variable.isDisposed) continue;
      tf.dispose([...slots]);
      this.held.delete(variable);
    }
  }

  /** Frees the slots. */
  dispose(): void {
    for (const slots of this.held.values()) tf.dispose([...slots]);
    this.held.clear();
  }
}
