import {
  type After,
  boolAttr,
  FLOAT32,
  type GraphWriter,
  INT32,
  type SlicedUpdate,
  typeAttr,
  type UpdateInputs,
} from "../../compile/extend";
import * as tf from "../../tf";
import { checkBelowOne, checkNotNegative } from "../checks";
import { Optimizer, type OptimizerOptions } from "./optimizer";

/**
 * Gradient descent:
 *
 *   w −= learningRate · g
 *
 * @example
 *   const w = tf.variable(tf.scalar(5));
 *   const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
 *   for (let step = 0; step < 100; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class GradientDescentOptimizer extends Optimizer {
  constructor(options: OptimizerOptions = {}) {
    super("GradientDescentOptimizer", options, {});
  }

  protected move(variable: tf.Variable, _slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    variable.assign(tf.sub(variable, tf.mul(gradient, rate)));
  }

  scalars(): readonly number[] {
    return [this.currentRate()];
  }

  write(writer: GraphWriter, { variable, scalars, gradient }: UpdateInputs): After {
    const attributes = { T: typeAttr(FLOAT32), use_locking: boolAttr(false) };
    return `^${writer.node("ResourceApplyGradientDescent", [variable, ...scalars, gradient], attributes)}`;
  }

  writeRows(writer: GraphWriter, { variable, scalars, gradient }: SlicedUpdate): After {
    const change = writer.binary("Mul", gradient.values, scalars[0] as string, FLOAT32);
    const attributes = { dtype: typeAttr(FLOAT32), Tindices: typeAttr(INT32) };
    return `^${writer.node("ResourceScatterSub", [variable, gradient.indices, change], attributes)}`;
  }
}

export interface MomentumOptions extends OptimizerOptions {
  /** The share of the last step that is kept. Default: 0.9. */
  momentum?: number;
  /**
   * Uses Nesterov's momentum, which looks one step ahead (Nesterov 1983; in this form Sutskever et al. 2013). Default:
   * false.
   */
  useNesterov?: boolean;
}

/**
 * Momentum (Polyak 1964) as TensorFlow 1.x computes it:
 *
 *   a  = momentum·a + g
 *   w −= learningRate · a                          with `useNesterov`: w −= learningRate · (g + momentum·a)
 *
 * @example
 *   const w = tf.variable(tf.scalar(5));
 *   const optimizer = new MomentumOptimizer({ learningRate: 0.01, momentum: 0.9, useNesterov: true });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class MomentumOptimizer extends Optimizer {
  private readonly momentum: number;
  private readonly useNesterov: boolean;

  constructor({ momentum = 0.9, useNesterov = false, ...options }: MomentumOptions = {}) {
    super("MomentumOptimizer", options, { Momentum: 0 }, ["momentum", "useNesterov"]);
    checkBelowOne("MomentumOptimizer", "momentum", momentum);
    this.momentum = Math.fround(momentum);
    this.useNesterov = useNesterov;
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [a] = slots as [tf.Variable];
    a.assign(tf.add(tf.mul(a, this.momentum), gradient));
    const direction = this.useNesterov ? tf.add(gradient, tf.mul(a, this.momentum)) : a;
    variable.assign(tf.sub(variable, tf.mul(direction, rate)));
  }

  scalars(): readonly number[] {
    return [this.currentRate(), this.momentum];
  }

  write(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const kind = typeAttr(FLOAT32);
    const attributes = { T: kind, use_locking: boolAttr(false), use_nesterov: boolAttr(this.useNesterov) };
    const [rate, momentum] = scalars as [string, string];
    return `^${writer.node("ResourceApplyMomentum", [variable, ...slots, rate, gradient, momentum], attributes)}`;
  }
}

export interface RMSPropOptions extends OptimizerOptions {
  /** The decay of the mean square. Default: 0.9. */
  decay?: number;
  /** The share of the last step that is kept. Default: 0. */
  momentum?: number;
  /** ε, added inside the root. Default: 1e-10. */
  epsilon?: number;
}

/**
 * RMSProp (Tieleman and Hinton 2012) as TensorFlow 1.x computes it. The mean square s starts at 1:
 *
 *   s += (g² − s)·(1 − decay)
 *   a  = momentum·a + learningRate · g / √(s + ε)
 *   w −= a
 *
 * @example
 *   const w = tf.variable(tf.scalar(5));
 *   const optimizer = new RMSPropOptimizer({ learningRate: 0.05, momentum: 0.5 });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class RMSPropOptimizer extends Optimizer {
  private readonly decay: number;
  private readonly momentum: number;
  private readonly epsilon: number;

  constructor({ decay = 0.9, momentum = 0, epsilon = 1e-10, ...options }: RMSPropOptions = {}) {
    super("RMSPropOptimizer", options, { RMSProp: 1, RMSProp_1: 0 }, ["decay", "momentum", "epsilon"]);
    checkBelowOne("RMSPropOptimizer", "decay", decay);
    checkBelowOne("RMSPropOptimizer", "momentum", momentum);
    checkNotNegative("RMSPropOptimizer", "epsilon", epsilon);
    this.decay = Math.fround(decay);
    this.momentum = Math.fround(momentum);
    this.epsilon = Math.fround(epsilon);
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [s, a] = slots as [tf.Variable, tf.Variable];
    s.assign(tf.add(s, tf.mul(tf.sub(tf.square(gradient), s), Math.fround(1 - this.decay))));
    const scaled = tf.mul(tf.mul(gradient, rate), tf.rsqrt(tf.add(s, this.epsilon)));
    a.assign(tf.add(tf.mul(a, this.momentum), scaled));
    variable.assign(tf.sub(variable, a));
  }

  scalars(): readonly number[] {
    return [this.currentRate(), this.decay, this.momentum, this.epsilon];
  }

  write(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const attributes = { T: typeAttr(FLOAT32), use_locking: boolAttr(false) };
    return `^${writer.node("ResourceApplyRMSProp", [variable, ...slots, ...scalars, gradient], attributes)}`;
  }
}
