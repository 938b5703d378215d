import { WEIGHT_DECAY_OPTIONS, WeightDecay, type WeightDecayOptions } from "./extras/weight-decay";
import { MomentumOptimizer, type MomentumOptions } from "./momentum";

export interface MomentumWOptions extends MomentumOptions, WeightDecayOptions {}

/**
 * Momentum with decoupled weight decay: SGDW (Loshchilov and Hutter 2017, arXiv:1711.05101), as TensorFlow 1.x's contrib
 * (`MomentumWOptimizer`) and TensorFlow Addons (`SGDW`) compute it:
 *
 *   w −= weightDecay · w,   then Momentum's step
 *
 * With `momentum: 0` it is gradient descent with weight decay.
 *
 * @example
 *   const w = tf.variable(tf.tensor2d([[5, 0]]));
 *   const optimizer = new MomentumWOptimizer({ learningRate: 0.01, weightDecay: 1e-4, excludeFromWeightDecay: "vectors" });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.sum(tf.square(tf.sub(w, 3))), [w]).dispose();
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class MomentumWOptimizer extends MomentumOptimizer {
  protected override readonly weightDecay: WeightDecay;

  constructor(options: MomentumWOptions = {}) {
    super(options, "MomentumW", WEIGHT_DECAY_OPTIONS);
    this.weightDecay = new WeightDecay("MomentumWOptimizer", options);
  }
}
