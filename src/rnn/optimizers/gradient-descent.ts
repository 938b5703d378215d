import {
  type After,
  boolAttr,
  FLOAT32,
  type GraphWriter,
  type SlicedUpdate,
  scatterRows,
  typeAttr,
  type UpdateInputs,
} from "../../compile/extend";
import * as tf from "../../tf";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

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
  protected override readonly isLinear = true;

  constructor(options: OptimizerOptions = {}) {
    super("GradientDescentOptimizer", options, {});
  }

  protected move(variable: tf.Variable, _slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    variable.assign(tf.sub(variable, tf.mul(gradient, rate)));
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate()];
  }

  protected writeMove(writer: GraphWriter, { variable, scalars, gradient }: UpdateInputs): After {
    const attributes = { T: typeAttr(FLOAT32), use_locking: boolAttr(false) };
    return `^${writer.node("ResourceApplyGradientDescent", [variable, ...scalars, gradient], attributes)}`;
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, scalars, gradient }: SlicedUpdate): After {
    const values = writer.binary("Mul", gradient.values, scalars[0] as string, FLOAT32);
    return scatterRows(writer, "ResourceScatterSub", variable, { values, indices: gradient.indices });
  }
}
