import type { After, FusedOptimizer, GraphWriter, Ref } from "../../compile";
import * as tf from "../../tf";
import { checkNotNegative, checkOptions } from "../checks";
import { computeGradients, type GradientOf } from "../gradients";
import { type Clipping, clippingOf } from "./clipping";

/** A learning rate, or a function of the number of steps done so far. */
export type LearningRate = number | ((step: number) => number);

export interface OptimizerOptions extends Clipping {
  learningRate?: LearningRate;
}

/** What one fused operation finds in the graph. */
export interface FusedPlace {
  readonly variable: Ref;
  readonly slots: readonly Ref[];
  readonly scalars: readonly Ref[];
  readonly gradient: Ref;
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

  /** @param slotStarts the value that each slot of a variable begins with */
  constructor(
    protected readonly where: string,
    options: OptimizerOptions,
    private readonly slotStarts: readonly number[],
  ) {
    checkOptions(where, options, ["learningRate", "clipValue", "clipNorm", "globalClipNorm"]);
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
    const made = this.slotStarts.map((start) => tf.tidy(() => tf.variable(tf.fill(variable.shape, start), false)));
    this.held.set(variable, made);
    return made;
  }

  /** Counts a step. */
  stepped(): void {
    this.step++;
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
