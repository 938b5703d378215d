import {
  type After,
  boolAttr,
  FLOAT32,
  type GraphWriter,
  INT32,
  type Ref,
  type SlicedUpdate,
  typeAttr,
  type UpdateInputs,
} from "../../compile/extend";
import * as tf from "../../tf";
import { checkBelowOne, checkNotNegative, describe } from "../checks";
import { ArgumentError } from "../errors";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

export interface RMSPropOptions extends OptimizerOptions {
  /** The decay of the mean square. Default: 0.9. */
  decay?: number;
  /** The share of the last step that is kept. Default: 0. */
  momentum?: number;
  /** ε, added inside the root. Default: 1e-10. */
  epsilon?: number;
  /**
   * Divides by the deviation of the gradients instead of their mean square (Graves 2013, arXiv:1308.0850). Default: false.
   */
  centered?: boolean;
}

/**
 * RMSProp (Tieleman and Hinton 2012) as TensorFlow 1.x computes it. The mean square s starts at 1:
 *
 *   s += (g² − s)·(1 − decay)
 *   a  = momentum·a + learningRate · g / √(s + ε)
 *   w −= a
 *
 * With `centered`, g̅ += (g − g̅)·(1 − decay), and √(s − g̅² + ε) stands in place of √(s + ε).
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

  private readonly centered: boolean;

  constructor(options: RMSPropOptions = {}) {
    const slots = { RMSProp: 1, RMSProp_1: 0, ...(options?.centered && { RMSProp_2: 0 }) }; // s, (g̅,) a
    super("RMSPropOptimizer", options, slots, ["decay", "momentum", "epsilon", "centered"]);
    const { decay = 0.9, momentum = 0, epsilon = 1e-10, centered = false } = options;
    if (typeof centered !== "boolean") {
      throw new ArgumentError("RMSPropOptimizer", "centered", "true or false", describe(centered));
    }
    this.centered = centered;
    checkBelowOne("RMSPropOptimizer", "decay", decay);
    checkBelowOne("RMSPropOptimizer", "momentum", momentum);
    checkNotNegative("RMSPropOptimizer", "epsilon", epsilon);
    this.decay = Math.fround(decay);
    this.momentum = Math.fround(momentum);
    this.epsilon = Math.fround(epsilon);
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [s, mean] = slots as [tf.Variable, tf.Variable];
    const a = slots.at(-1) as tf.Variable;
    s.assign(tf.add(s, tf.mul(tf.sub(tf.square(gradient), s), Math.fround(1 - this.decay))));
    if (this.centered) mean.assign(tf.add(mean, tf.mul(tf.sub(gradient, mean), Math.fround(1 - this.decay))));
    const spread = this.centered ? tf.sub(s, tf.square(mean)) : s;
    const scaled = tf.mul(tf.mul(gradient, rate), tf.rsqrt(tf.add(spread, this.epsilon)));
    a.assign(tf.add(tf.mul(a, this.momentum), scaled));
    variable.assign(tf.sub(variable, a));
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate(), this.decay, this.momentum, this.epsilon];
  }

  protected writeMove(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const attributes = { T: typeAttr(FLOAT32), use_locking: boolAttr(false) };
    const op = this.centered ? "ResourceApplyCenteredRMSProp" : "ResourceApplyRMSProp";
    return `^${writer.node(op, [variable, ...slotsOfOp(slots), ...scalars, gradient], attributes)}`;
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, slots, scalars, gradient }: SlicedUpdate): After {
    const attributes = { T: typeAttr(FLOAT32), Tindices: typeAttr(INT32), use_locking: boolAttr(false) };
    const op = this.centered ? "ResourceSparseApplyCenteredRMSProp" : "ResourceSparseApplyRMSProp";
    const inputs = [variable, ...slotsOfOp(slots), ...scalars, gradient.values, gradient.indices];
    return `^${writer.node(op, inputs, attributes)}`;
  }
}

/** The slots in the order of TensorFlow's ops, which take the mean first. */
function slotsOfOp(slots: readonly Ref[]): readonly Ref[] {
  const [s, mean, a] = slots as [Ref, Ref, Ref?];
  return a === undefined ? slots : [mean, s, a];
}
