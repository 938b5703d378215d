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
import { checkNotNegative, checkPositive, describe } from "../checks";
import { ArgumentError } from "../errors";
import { Optimizer } from "./optimizer";
import type { OptimizerOptions } from "./options";

export interface FtrlOptions extends OptimizerOptions {
  /** The power p of the sum of squares, at most 0: −0.5 is Adagrad's root, 0 a rate that does not fall. Default: −0.5. */
  learningRatePower?: number;
  /** The value with which the sum of squares starts. Default: 0.1. */
  initialAccumulatorValue?: number;
  /** λ₁: weights that matter little become exactly 0. Default: 0. */
  l1RegularizationStrength?: number;
  /** λ₂: shrinks all weights. Default: 0. */
  l2RegularizationStrength?: number;
}

/**
 * "Follow the regularized leader" (McMahan et al. 2013, "Ad Click Prediction") as TensorFlow 1.x computes it. The sum of squares
 * n starts at `initialAccumulatorValue`, z at 0:
 *
 *   n' = n + g²
 *   z += g − (n'⁻ᵖ − n⁻ᵖ) / learningRate · w
 *   w  = (sign(z)·λ₁ − z) / (n'⁻ᵖ / learningRate + 2·λ₂)   where |z| > λ₁, else 0
 *
 * A weight is computed from its sums anew, so its initial value is forgotten at its first step: let weights start at 0.
 * (TensorFlow's l2_shrinkage and its later `beta` are not here.)
 *
 * @example
 *   const w = tf.variable(tf.scalar(0));
 *   const optimizer = new FtrlOptimizer({ learningRate: 1 });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown; when a multiplier of `partRates` is 0; at a step, when the
 *   learning rate is 0
 */
export class FtrlOptimizer extends Optimizer {
  private readonly power: number;
  private readonly l1: number;
  private readonly l2: number;

  constructor(options: FtrlOptions = {}) {
    const where = "FtrlOptimizer";
    const initial = options?.initialAccumulatorValue ?? 0.1;
    super(where, options, { Ftrl: initial, Ftrl_1: 0 }, OWN);
    checkPositive(where, "initialAccumulatorValue", initial);
    const { learningRatePower: power = -0.5 } = options;
    const { l1RegularizationStrength: l1 = 0, l2RegularizationStrength: l2 = 0 } = options;
    if (!(Number.isFinite(power) && power <= 0)) {
      throw new ArgumentError(where, "learningRatePower", "a number of at most 0", describe(power));
    }
    (options.partRates ?? []).forEach(({ multiplier }, i) => {
      checkPositive(where, `partRates[${i}].multiplier`, Math.fround(multiplier)); // the update divides by the rate
    });
    checkNotNegative(where, "l1RegularizationStrength", l1);
    checkNotNegative(where, "l2RegularizationStrength", l2);
    this.power = Math.fround(power);
    this.l1 = Math.fround(l1);
    this.l2 = Math.fround(l2);
  }

  protected move(variable: tf.Variable, slots: readonly tf.Variable[], gradient: tf.Tensor, rate: number): void {
    const [n, z] = slots as [tf.Variable, tf.Variable];
    const raised = (of: tf.Tensor) => tf.pow(of, -this.power);
    const sum = tf.add(n, tf.square(gradient));
    const change = tf.div(tf.sub(raised(sum), raised(n)), rate);
    z.assign(tf.add(z, tf.sub(gradient, tf.mul(change, variable))));
    n.assign(sum);
    const divisor = tf.add(tf.div(raised(n), rate), 2 * this.l2);
    const kept = tf.div(tf.sub(tf.mul(tf.sign(z), this.l1), z), divisor);
    variable.assign(tf.where(tf.greater(tf.abs(z), this.l1), kept, tf.zerosLike(kept)));
  }

  protected stepNumbers(): readonly number[] {
    return [this.currentRate(), this.l1, this.l2, this.power];
  }

  protected override currentRate(): number {
    const rate = super.currentRate();
    checkPositive(this.where, "learningRate", rate);
    return rate;
  }

  protected writeMove(writer: GraphWriter, { variable, slots, scalars, gradient }: UpdateInputs): After {
    const inputs = [variable, ...slots, gradient, ...scalars];
    return `^${writer.node("ResourceApplyFtrl", inputs, attributes())}`;
  }

  protected override writeMoveRows(writer: GraphWriter, { variable, slots, scalars, gradient }: SlicedUpdate): After {
    const inputs = [variable, ...slots, gradient.values, gradient.indices, ...scalars];
    return `^${writer.node("ResourceSparseApplyFtrl", inputs, { ...attributes(), Tindices: typeAttr(INT32) })}`;
  }
}

const OWN = [
  ...["learningRatePower", "initialAccumulatorValue"],
  ...["l1RegularizationStrength", "l2RegularizationStrength"],
];

const attributes = () => ({
  T: typeAttr(FLOAT32),
  use_locking: boolAttr(false),
  multiply_linear_by_lr: boolAttr(false),
});
