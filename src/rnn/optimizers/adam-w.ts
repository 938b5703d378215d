import { AdamOptimizer, type AdamOptions } from "./adam";
import { WEIGHT_DECAY_OPTIONS, WeightDecay, type WeightDecayOptions } from "./extras/weight-decay";

export interface AdamWOptions extends AdamOptions, WeightDecayOptions {}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017, arXiv:1711.05101), as TensorFlow 1.x's contrib and TensorFlow
 * Addons compute it:
 *
 *   w −= weightDecay · w,   then Adam's step
 *
 * With `decayByRate`, PyTorch's and Keras's form: w −= learningRate · weightDecay · w. Biases and the gains of norms usually
 * do not decay: `excludeFromWeightDecay: "vectors"`.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const optimizer = new AdamWOptimizer({ learningRate: 0.001, weightDecay: 1e-5, excludeFromWeightDecay: "vectors" });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const loss = optimizer.minimize(() => tf.mean(tf.square(dynamicRnn(cell, x)[1])), cell.variables);
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class AdamWOptimizer extends AdamOptimizer {
  protected override readonly weightDecay: WeightDecay;

  constructor(options: AdamWOptions = {}) {
    super(options, "AdamW", ["amsgrad", ...WEIGHT_DECAY_OPTIONS]);
    this.weightDecay = new WeightDecay("AdamWOptimizer", options);
  }
}
