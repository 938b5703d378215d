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
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

export interface AdadeltaOptions extends OptimizerOptions {
  /** The decay of both mean squares. Default: 0.95. */
  rho?: number;
  /** ε, added inside both roots. Default: 1e-8. */
  epsilon?: number;
}

/**
 * Adadelta (Zeiler 2012, arXiv:1212.5701) as TensorFlow 1.x computes it. The mean squares s, of gradients, and d, of changes,
 * start at 0:
 *
 *   s  = rho·s + (1 − rho)·g²
 *   u  = g · √(d + ε) / √(s + ε)
 *   d  = rho·d + (1 − rho)·u²
 *   w −= learningRate · u
 *
 * The paper's own form has `learningRate: 1`; TensorFlow 1.x's default, as ours, is 0.001.
 *
 * @example
 *   const w = tf.variable(tf.scalar(5));
 *   const optimizer = new AdadeltaOptimizer({ learningRate: 1, epsilon: 0.01 });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class AdadeltaOptimizer extends Optimizer {
  private readonly rho: number;
  private readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super("AdadeltaOptimizer", options, { Adadelta: 0, Adadelta_1: 0 }, ["rho", "epsilon"]);
    const { rho = 0.95, epsilon = 1e-8 } = options;
    checkBelowOne("AdadeltaOptimizer", "rho", rho);
    checkNotNegative("AdadeltaOptimizer", "epsilon", epsilon);
    this.rho = Math.fround(rho);
    this.epsilon = Math.fround(epsilon);
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [s, d] = slots as [tf.Variable, tf.Variable];
    const rest = Math.fround(1 - this.rho);
    const root = (of: tf.Tensor) => tf.add(of, this.epsilon);
    s.assign(tf.add(tf.mul(s, this.rho), tf.mul(tf.square(gradient), rest)));
    const change = tf.mul(tf.mul(tf.sqrt(root(d)), tf.rsqrt(root(s))), gradient);
    d.assign(tf.add(tf.mul(d, this.rho), tf.mul(tf.square(change), rest)));
    variable.assign(tf.sub(variable, tf.mul(change, rate)));
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate(), this.rho, this.epsilon];
  }

  protected writeMove(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const attributes = { T: typeAttr(FLOAT32), use_locking: boolAttr(false) };
    return `^${writer.node("ResourceApplyAdadelta", [variable, ...slots, ...scalars, gradient], attributes)}`;
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, slots, scalars, gradient }: SlicedUpdate): After {
    const attributes = { T: typeAttr(FLOAT32), Tindices: typeAttr(INT32), use_locking: boolAttr(false) };
    const inputs = [variable, ...slots, ...scalars, gradient.values, gradient.indices];
    return `^${writer.node("ResourceSparseApplyAdadelta", inputs, attributes)}`;
  }
}
