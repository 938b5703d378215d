import { checkCount } from "../../arguments";
import * as tf from "../../tf";
import { BahdanauScore, type BahdanauScoreOptions } from "./bahdanau";
import { type Aligner, byProbability, type ProbabilityOptions } from "./mechanism";
import type { Products } from "./products";

export interface LocationSensitiveAttentionOptions extends BahdanauScoreOptions, ProbabilityOptions {
  /** Filters of the convolution over the alignments of the time step before. Default: 32. */
  filters?: number;
  /** The width of these filters, in places of the memory. Default: 31. */
  kernelSize?: number;
}

/**
 * Location-sensitive attention (Chorowski et al. 2015, arXiv:1506.07503): `BahdanauAttention` that sees where it looked at the
 * time step before. A convolution over these alignments is added inside the score, so the decoder can learn to move on
 * from place to place, also over a memory longer than those that it was trained on, and to tell two places with the same
 * content apart. TensorFlow 1.x does not have it; the defaults are Tacotron 2's (Shen et al. 2018, arXiv:1712.05884).
 *
 *   location   = previous * F            F is location_convolution/kernel, `[kernelSize, 1, filters]`; zeros beyond the memory
 *   score      = Σ v∘tanh(keys + query·Wq + location·U)      U is location_layer/kernel, `[filters, numUnits]`
 *   alignments = softmax(score)          before the first time step, `previous` is 0
 *
 * @example
 *   const mechanism = new LocationSensitiveAttention({ numUnits: 5, memorySize: 6, querySize: 4, filters: 8, kernelSize: 7, seed: 42 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanism);
 *   const [outputs] = dynamicRnn(cell.attend(tf.randomNormal([2, 9, 6]), [9, 5]), tf.randomNormal([2, 7, 3])); // [2, 7, 6]
 *
 * @throws ArgumentError when a size is not a positive whole number, or an option is unknown
 */
export class LocationSensitiveAttention extends BahdanauScore {
  readonly scope: string = "location_sensitive_attention";
  /** F, `[kernelSize, 1, filters]` */
  readonly locationKernel: tf.Variable<tf.Rank.R3>;
  /** U, `[filters, numUnits]` */
  readonly locationLayer: tf.Variable<tf.Rank.R2>;
  protected readonly aligner: Aligner;

  constructor(options: LocationSensitiveAttentionOptions) {
    super(options, ["probabilityFn", "filters", "kernelSize"]);
    const { filters = 32, kernelSize = 31 } = options;
    checkCount("LocationSensitiveAttention", "filters", filters);
    checkCount("LocationSensitiveAttention", "kernelSize", kernelSize);
    this.aligner = byProbability("LocationSensitiveAttention", options);
    this.locationKernel = this.initial<tf.Rank.R3>(options, [kernelSize, 1, filters], 3);
    this.locationLayer = this.initial<tf.Rank.R2>(options, [filters, this.numUnits], 4);
  }

  protected override get scoreWeights(): Record<string, tf.Variable> {
    return {
      ...super.scoreWeights,
      "location_convolution/kernel": this.locationKernel,
      "location_layer/kernel": this.locationLayer,
    };
  }

  protected override openLocation(products: Products): (previous: tf.Tensor2D) => tf.Tensor3D {
    const { locationKernel, numUnits } = this;
    const layer = products.of(this.locationLayer);
    return (previous) => {
      const [rows, nSteps] = previous.shape;
      const seen = tf.conv1d(previous.as3D(rows, nSteps, 1), locationKernel, 1, "same");
      return tf.reshape(layer(seen.as2D(rows * nSteps, -1)), [rows, nSteps, numUnits]);
    };
  }
}
