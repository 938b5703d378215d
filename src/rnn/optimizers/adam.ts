import { type After, boolAttr, FLOAT32, type GraphWriter, typeAttr, type UpdateInputs } from "../../compile/extend";
import * as tf from "../../tf";
import { checkBelowOne, checkNotNegative } from "../checks";
import { Optimizer, type OptimizerOptions } from "./optimizer";

export interface AdamOptions extends OptimizerOptions {
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

  write(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const kind = typeAttr(FLOAT32);
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
  /** The share of a weight that every step subtracts. Default: 0.01. */
  weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101), as TensorFlow 1.x's contrib computes
 * it:
 *
 *   w −= weightDecay · w,   then Adam's step
 *
 * PyTorch and Keras multiply the decay by the learning rate. To get their numbers, set `weightDecay` to their decay
 * times the learning rate.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const optimizer = new AdamWOptimizer({ learningRate: 0.001, weightDecay: 1e-5 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const loss = optimizer.minimize(() => tf.mean(tf.square(dynamicRnn(cell, x)[1])), cell.variables);
 *
 * @throws ArgumentError when an option is out of range or unknown
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

  override write(writer: GraphWriter, inputs: UpdateInputs): After {
    // The control input makes the decay wait for the gradient, because the gradient must be computed from the weights
    // before the decay.
    const weights = writer.node("ReadVariableOp", [inputs.variable, `^${nodeOf(inputs.gradient)}`], {
      dtype: typeAttr(FLOAT32),
    });
    const share = writer.binary("Mul", weights, writer.float(this.weightDecay), FLOAT32);
    const decayed = writer.node("AssignSubVariableOp", [inputs.variable, share], { dtype: typeAttr(FLOAT32) });
    const gradient = writer.identity(inputs.gradient, FLOAT32, [`^${decayed}`]);
    return super.write(writer, { ...inputs, gradient });
  }
}

const nodeOf = (ref: string) => ref.split(":")[0] as string;
