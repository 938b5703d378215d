import { type After, boolAttr, FLOAT32, type GraphWriter, typeAttr, type UpdateInputs } from "../../compile/extend";
import * as tf from "../../tf";
import { checkBelowOne, checkNotNegative, describe } from "../checks";
import { ArgumentError } from "../errors";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

export interface AdamOptions extends OptimizerOptions {
  /**
   * Divides by the root of the largest v so far, v̂ = max(v̂, v), instead of v's (Reddi et al. 2018, arXiv:1904.09237; TensorFlow
   * 1.x has no such option, the formula is Keras's). Default: false.
   */
  amsgrad?: boolean;
  /** β₁, the decay of the first moment. Default: 0.9. */
  beta1?: number;
  /** β₂, the decay of the second moment. Default: 0.999. */
  beta2?: number;
  /** ε, added to the root. Default: 1e-8. */
  epsilon?: number;
}

/**
 * Adam (Kingma and Ba 2014, arXiv:1412.6980) as TensorFlow 1.x computes it, to the last float32 digit:
 *
 *   α  = learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 *   m += (g − m)·(1 − β₁)        v += (g² − v)·(1 − β₂)
 *   w −= α · m / (√v + ε)
 *
 * ε stands outside the bias correction (the paper's "ε hat"), and β₁, β₂ and their powers are float32, as in TensorFlow
 * 1.x. TensorFlow.js's own Adam differs in both, so its losses differ from the book's within ten iterations.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const optimizer = new AdamOptimizer({ learningRate: 0.001, globalClipNorm: 1 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const loss = optimizer.minimize(() => tf.mean(tf.square(dynamicRnn(cell, x)[1])), cell.variables);
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class AdamOptimizer extends Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly amsgrad: boolean;
  private beta1Power: number;
  private beta2Power: number;
  protected override readonly rateAt = 2;
  /** Whether the step looks one step ahead, as Nadam does. */
  protected readonly useNesterov: boolean = false;

  constructor(options: AdamOptions = {}, name = "Adam", own: readonly string[] = ["amsgrad"], slot = name) {
    const where = `${name}Optimizer`;
    const slots = { [slot]: 0, [`${slot}_1`]: 0, ...(options?.amsgrad && { [`${slot}_2`]: 0 }) };
    super(where, options, slots, ["beta1", "beta2", "epsilon", ...own]);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = options;
    if (typeof amsgrad !== "boolean") throw new ArgumentError(where, "amsgrad", "true or false", describe(amsgrad));
    checkBelowOne(where, "beta1", beta1);
    checkBelowOne(where, "beta2", beta2);
    checkNotNegative(where, "epsilon", epsilon);
    this.beta1Power = this.beta1 = Math.fround(beta1);
    this.beta2Power = this.beta2 = Math.fround(beta2);
    this.epsilon = Math.fround(epsilon);
    this.amsgrad = amsgrad;
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [m, v, largest] = slots as [tf.Variable, tf.Variable, tf.Variable?];
    const round = Math.fround;
    const root = round(Math.sqrt(round(1 - this.beta2Power)));
    const alpha = round(round(rate * root) / round(1 - this.beta1Power));
    m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), round(1 - this.beta1))));
    v.assign(tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), round(1 - this.beta2))));
    largest?.assign(tf.maximum(largest, v));
    const ahead = () => tf.add(tf.mul(gradient, round(1 - this.beta1)), tf.mul(m, this.beta1));
    const direction = this.useNesterov ? ahead() : m;
    variable.assign(tf.sub(variable, tf.div(tf.mul(direction, alpha), tf.add(tf.sqrt(largest ?? v), this.epsilon))));
  }

  protected stepNumbers(): readonly number[] {
    return [this.beta1Power, this.beta2Power, this.currentRate(), this.beta1, this.beta2, this.epsilon];
  }

  protected writeMove(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const inputs = [variable, ...slots, ...scalars, gradient];
    const attributes = { T: typeAttr(FLOAT32), use_locking: boolAttr(false) };
    if (this.amsgrad) return `^${writer.node("ResourceApplyAdamWithAmsgrad", inputs, attributes)}`;
    const nesterov = { ...attributes, use_nesterov: boolAttr(this.useNesterov) };
    return `^${writer.node("ResourceApplyAdam", inputs, nesterov)}`;
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
