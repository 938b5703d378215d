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
import { checkBelowOne } from "../checks";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

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

  constructor(options: MomentumOptions = {}, name = "Momentum", own: readonly string[] = []) {
    const where = `${name}Optimizer`;
    super(where, options, { [name]: 0 }, ["momentum", "useNesterov", ...own]);
    const { momentum = 0.9, useNesterov = false } = options;
    checkBelowOne(where, "momentum", momentum);
    this.momentum = Math.fround(momentum);
    this.useNesterov = useNesterov;
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [a] = slots as [tf.Variable];
    a.assign(tf.add(tf.mul(a, this.momentum), gradient));
    const direction = this.useNesterov ? tf.add(gradient, tf.mul(a, this.momentum)) : a;
    variable.assign(tf.sub(variable, tf.mul(direction, rate)));
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate(), this.momentum];
  }

  protected writeMove(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const [rate, momentum] = scalars as [string, string];
    const inputs = [variable, ...slots, rate, gradient, momentum];
    return `^${writer.node("ResourceApplyMomentum", inputs, this.attributes())}`;
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, slots, scalars, gradient }: SlicedUpdate): After {
    const [rate, momentum] = scalars as [string, string];
    const inputs = [variable, ...slots, rate, gradient.values, gradient.indices, momentum];
    const attributes = { ...this.attributes(), Tindices: typeAttr(INT32) };
    return `^${writer.node("ResourceSparseApplyMomentum", inputs, attributes)}`;
  }

  private attributes() {
    return { T: typeAttr(FLOAT32), use_locking: boolAttr(false), use_nesterov: boolAttr(this.useNesterov) };
  }
}
