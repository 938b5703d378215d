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
import { checkPositive } from "../checks";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

export interface AdagradOptions extends OptimizerOptions {
  /** The value with which the sum of squares starts. Default: 0.1. */
  initialAccumulatorValue?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer 2011) as TensorFlow 1.x computes it. The sum of squares n starts at
 * `initialAccumulatorValue`:
 *
 *   n += g²
 *   w −= learningRate · g / √n
 *
 * Each weight has a rate of its own, which falls with what the weight has moved: rare words learn as fast as frequent ones.
 *
 * @example
 *   const w = tf.variable(tf.scalar(5));
 *   const optimizer = new AdagradOptimizer({ learningRate: 1 });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class AdagradOptimizer extends Optimizer {
  constructor(options: AdagradOptions = {}) {
    const initial = options?.initialAccumulatorValue ?? 0.1;
    super("AdagradOptimizer", options, { Adagrad: initial }, ["initialAccumulatorValue"]);
    checkPositive("AdagradOptimizer", "initialAccumulatorValue", initial);
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [n] = slots as [tf.Variable];
    n.assign(tf.add(n, tf.square(gradient)));
    variable.assign(tf.sub(variable, tf.mul(tf.mul(gradient, rate), tf.rsqrt(n))));
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate()];
  }

  protected writeMove(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    return `^${writer.node("ResourceApplyAdagrad", [variable, ...slots, ...scalars, gradient], attributes())}`;
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, slots, scalars, gradient }: SlicedUpdate): After {
    const inputs = [variable, ...slots, ...scalars, gradient.values, gradient.indices];
    return `^${writer.node("ResourceSparseApplyAdagrad", inputs, { ...attributes(), Tindices: typeAttr(INT32) })}`;
  }
}

const attributes = () => ({ T: typeAttr(FLOAT32), use_locking: boolAttr(false), update_slots: boolAttr(true) });
