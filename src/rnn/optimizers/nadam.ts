import { AdamOptimizer, type AdamOptions } from "./adam";

/** Adam's options, without `amsgrad`. */
export type NadamOptions = Omit<AdamOptions, "amsgrad">;

/**
 * Adam with Nesterov's momentum (Dozat 2016), as TensorFlow 1.x's contrib computes it: Adam's moments and α, then
 *
 *   w −= α · (β₁·m + (1 − β₁)·g) / (√v + ε)
 *
 * Keras and PyTorch also let β₁ grow with the steps (their "momentum schedule"), so their numbers differ.
 *
 * @example
 *   const w = tf.variable(tf.scalar(5));
 *   const optimizer = new NadamOptimizer({ learningRate: 0.1 });
 *   for (let step = 0; step < 200; step++) optimizer.minimize(() => tf.square(tf.sub(w, 3)), [w]).dispose(); // w ≈ 3
 *
 * @throws ArgumentError when an option is out of range or unknown
 */
export class NadamOptimizer extends AdamOptimizer {
  protected override readonly useNesterov = true;

  constructor(options: NadamOptions = {}) {
    super(options, "Nadam", []);
  }
}
