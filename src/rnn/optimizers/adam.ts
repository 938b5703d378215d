import { type After, boolAttr, type FusedOptimizer, type GraphWriter, type Ref, typeAttr } from "../../compile";
import * as tf from "../../tf";
import { checkBelowOne, checkBetween } from "../checks";
import { computeGradients, type GradientOf } from "../gradients";

export interface AdamOptions {
  /** Step size, 0.001 unless told otherwise. */
  learningRate?: number;
  /** Decay of the first moment, 0.9 unless told otherwise. */
  beta1?: number;
  /** Decay of the second moment, 0.999 unless told otherwise. */
  beta2?: number;
  /** Added to the root, 1e-8 unless told otherwise. */
  epsilon?: number;
}

interface Slots {
  readonly m: tf.Variable;
  readonly v: tf.Variable;
}

/**
 * Adam (Kingma and Ba 2014, arXiv:1412.6980) as TensorFlow 1.x computes it, to the last float32 digit:
 *
 *   α  = learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 *   m += (g − m)·(1 − β₁)        v += (g² − v)·(1 − β₂)
 *   w −= α · m / (√v + ε)
 *
 * ε is outside the bias correction (the paper's "ε hat"), and β₁, β₂ and their powers are float32, as there.
 * TensorFlow.js's own Adam differs in both, so its losses part from the book's within ten iterations.
 */
export class AdamOptimizer implements FusedOptimizer {
  /** May be changed between steps. */
  learningRate: number;
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private beta1Power: number;
  private beta2Power: number;
  private readonly slots = new Map<tf.Variable, Slots>();

  constructor({ learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}) {
    checkBelowOne("AdamOptimizer", "beta1", beta1);
    checkBelowOne("AdamOptimizer", "beta2", beta2);
    checkBetween("AdamOptimizer", "epsilon", epsilon, 0, Number.MAX_VALUE);
    this.learningRate = learningRate;
    this.checkLearningRate();
    this.beta1Power = this.beta1 = Math.fround(beta1);
    this.beta2Power = this.beta2 = Math.fround(beta2);
    this.epsilon = Math.fround(epsilon);
  }

  /**
   * One training step: computes the loss and its gradients, and moves the variables.
   *
   * @returns the loss before the step; the caller disposes it
   * @throws ArgumentError as `computeGradients`
   */
  minimize(loss: () => tf.Scalar, variables: readonly tf.Variable[]): tf.Scalar {
    const computed = computeGradients(loss, variables);
    this.applyGradients(computed.gradients);
    for (const { gradient } of computed.gradients) gradient.dispose();
    return computed.loss;
  }

  /** Moves each variable by its gradient. The gradients stay the caller's. */
  applyGradients(gradients: readonly GradientOf[]): void {
    this.checkLearningRate();
    const round = Math.fround;
    const root = round(Math.sqrt(round(1 - this.beta2Power)));
    const alpha = round(round(round(this.learningRate) * root) / round(1 - this.beta1Power));
    for (const { variable, gradient } of gradients) this.move(variable, gradient, alpha);
    this.stepped();
  }

  /** For compiled steps: m and v of a variable, made when first asked for. */
  slotsOf(variable: tf.Variable): readonly tf.Variable[] {
    const { m, v } = this.momentsOf(variable);
    return [m, v];
  }

  /** For compiled steps: the powers of β₁ and β₂, the learning rate, β₁, β₂, ε. */
  scalars(): readonly number[] {
    this.checkLearningRate();
    return [this.beta1Power, this.beta2Power, this.learningRate, this.beta1, this.beta2, this.epsilon];
  }

  /** For compiled steps: one fused operation, by which the equations above are defined. */
  write(writer: GraphWriter, { variable, slots, scalars, gradient }: Parameters<FusedOptimizer["write"]>[1]): After {
    const attributes = {
      T: typeAttr(writer.binding.TF_FLOAT),
      use_locking: boolAttr(false),
      use_nesterov: boolAttr(false),
    };
    const inputs: Ref[] = [variable, ...slots, ...scalars, gradient];
    return `^${writer.node("ResourceApplyAdam", inputs, attributes)}`;
  }

  /** Counts a step. */
  stepped(): void {
    this.beta1Power = Math.fround(this.beta1Power * this.beta1);
    this.beta2Power = Math.fround(this.beta2Power * this.beta2);
  }

  private checkLearningRate(): void {
    checkBetween("AdamOptimizer", "learningRate", this.learningRate, 0, Number.MAX_VALUE);
  }

  private move(variable: tf.Variable, gradient: tf.Tensor, alpha: number): void {
    const { m, v } = this.momentsOf(variable);
    tf.tidy(() => {
      const [rate1, rate2] = [Math.fround(1 - this.beta1), Math.fround(1 - this.beta2)];
      m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), rate1)));
      v.assign(tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), rate2)));
      variable.assign(tf.sub(variable, tf.div(tf.mul(m, alpha), tf.add(tf.sqrt(v), this.epsilon))));
    });
  }

  private momentsOf(variable: tf.Variable): Slots {
    const known = this.slots.get(variable);
    if (known !== undefined) return known;
    this.forgetDisposed();
    const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
    const made = { m: zeros(), v: zeros() };
    this.slots.set(variable, made);
    return made;
  }

  private forgetDisposed(): void {
    for (const [variable, { m, v }] of this.slots) {
      if (!variable.isDisposed) continue;
      tf.dispose([m, v]);
      this.slots.delete(variable);
    }
  }

  /** Frees the moments. */
  dispose(): void {
    for (const { m, v } of this.slots.values()) tf.dispose([m, v]);
    this.slots.clear();
  }
}
