import { type After, boolAttr, type GraphWriter, typeAttr } from "../../compile";
import * as tf from "../../tf";
import { checkBelowOne, checkNotNegative } from "../checks";
import { type FusedPlace, Optimizer, type OptimizerOptions } from "./optimizer";

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the first moment, 0.9 unless told otherwise. */
  beta1?: number;
  /** Decay of the second moment, 0.999 unless told otherwise. */
  beta2?: number;
  /** Added to the root, 1e-8 unless told otherwise. */
  epsilon?: number;
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
export class AdamOptimizer extends Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private beta1Power: number;
  private beta2Power: number;

  constructor(
    { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, ...options }: AdamOptions = {},
    name = "Adam",
    own: readonly string[] = [],
  ) {
    const where = `${name}Optimizer`;
    super(where, options, { [name]: 0, [`${name}_1`]: 0 }, ["beta1", "beta2", "epsilon", ...own]);
    checkBelowOne(where, "beta1", beta1);
    checkBelowOne(where, "beta2", beta2);
    checkNotNegative(where, "epsilon", epsilon);
    this.beta1Power = this.beta1 = Math.fround(beta1);
    this.beta2Power = this.beta2 = Math.fround(beta2);
    this.epsilon = Math.fround(epsilon);
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [m, v] = slots as [tf.Variable, tf.Variable];
    const round = Math.fround;
    const root = round(Math.sqrt(round(1 - this.beta2Power)));
    const alpha = round(round(rate * root) / round(1 - this.beta1Power));
    m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), round(1 - this.beta1))));
    v.assign(tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), round(1 - this.beta2))));
    variable.assign(tf.sub(variable, tf.div(tf.mul(m, alpha), tf.add(tf.sqrt(v), this.epsilon))));
  }

  scalars(): readonly number[] {
    return [this.beta1Power, this.beta2Power, this.currentRate(), this.beta1, this.beta2, this.epsilon];
  }

  write(writer: GraphWriter, { variable, slots, scalars, gradient }: FusedPlace): After {
    const kind = typeAttr(writer.binding.TF_FLOAT);
    const attributes = { T: kind, use_locking: boolAttr(false), use_nesterov: boolAttr(false) };
    return `^${writer.node("ResourceApplyAdam", [variable, ...slots, ...scalars, gradient], attributes)}`;
  }

  override stepped(): void {
    super.stepped();
    this.beta1Power = Math.fround(this.beta1Power * this.beta1);
    this.beta2Power = Math.fround(this.beta2Power * this.beta2);
  }

  protected override numbers(): Record<string, number> {
    return { ...super.numbers(), beta1_power: this.beta1Power, beta2_power: this.beta2Power };
  }

  protected override takeNumbers(numbers: Readonly<Record<string, number>>): void {
    const { beta1_power, beta2_power } = numbers as { beta1_power: number; beta2_power: number };
    checkBelowOne(this.where, "beta1_power", beta1_power);
    checkBelowOne(this.where, "beta2_power", beta2_power);
    super.takeNumbers(numbers);
    this.beta1Power = Math.fround(beta1_power);
    this.beta2Power = Math.fround(beta2_power);
  }
}

export interface AdamWOptions extends AdamOptions {
  /** The share of a weight that is taken off at every step, 0.01 unless told otherwise. */
  weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101), as TensorFlow 1.x's contrib has it:
 *
 *   w −= weightDecay · w,   then Adam's step
 *
 * (PyTorch and Keras multiply the decay by the learning rate; give theirs times the rate.)
 */
export class AdamWOptimizer extends AdamOptimizer {
  private readonly weightDecay: number;

  constructor({ weightDecay = 0.01, ...options }: AdamWOptions = {}) {
    super(options, "AdamW", ["weightDecay"]);
    checkBelowOne("AdamWOptimizer", "weightDecay", weightDecay);
    this.weightDecay = weightDecay;
  }

  protected override move(
    variable: tf.Variable,
    slots: readonly tf.Variable[],
    gradient: tf.Tensor,
    rate: number,
  ): void {
    variable.assign(tf.sub(variable, tf.mul(variable, this.weightDecay)));
    super.move(variable, slots, gradient, rate);
  }

  override write(writer: GraphWriter, place: FusedPlace): After {
    const float = writer.binding.TF_FLOAT;
    // The gradient was computed from the weights as they were, and must be there before they decay.
    const weights = writer.node("ReadVariableOp", [place.variable, `^${nodeOf(place.gradient)}`], {
      dtype: typeAttr(float),
    });
    const share = writer.binary("Mul", weights, writer.float(this.weightDecay), float);
    const decayed = writer.node("AssignSubVariableOp", [place.variable, share], { dtype: typeAttr(float) });
    const gradient = writer.identity(place.gradient, float, [`^${decayed}`]);
    return super.write(writer, { ...place, gradient });
  }
}

const nodeOf = (ref: string) => ref.split(":")[0] as string;
