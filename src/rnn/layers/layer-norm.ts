import { inScope } from "../../compile/internal";
import * as tf from "../../tf";
import { checkCount, checkOptions, checkPositive, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { weight } from "../weights/weights";

/**
 * Layer normalisation over the last axes of each example (Ba et al. 2016, arXiv:1607.06450):
 *
 *   y = γ∘(x − mean(x)) / √(variance(x) + ε) + β
 *
 * Mean and variance are those of as many last axes as γ has; the variance is divided by the number of elements.
 *
 * @example
 *   const x: tf.Tensor2D = tf.randomNormal([2, 4]);
 *   const y = layerNorm(x, tf.ones([4]), tf.zeros([4])); // each example has mean 0 and variance 1
 *
 * @param x `[…, n]`   @param gamma `[n]`   @param beta `[n]`
 * @param epsilon ε. Default: 1e-12, as TensorFlow 1.x's `contrib.layers.layer_norm` has it.
 */
export function layerNorm<T extends tf.Tensor>(x: T, gamma: tf.Tensor, beta: tf.Tensor, epsilon = 1e-12): T {
  return tf.tidy(() => {
    const axes = gamma.shape.map((_, i) => x.rank - gamma.rank + i);
    const { mean, variance } = tf.moments(x, axes, true);
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(normal, gamma), beta) as T;
  });
}

export interface LayerNormOptions {
  /** The sizes of the axes that are normalised together, the last ones: a number for the last axis alone. Required. */
  inputSize: number | readonly number[];
  /** ε, added to the variance. Default: 1e-3, as in Keras; TensorFlow 1.x's contrib layer has 1e-12, PyTorch 1e-5. */
  epsilon?: number;
}

/**
 * Layer normalisation with a gain γ and a shift β for each feature: Keras's `LayerNormalization`, with its epsilon and
 * its axis, the last one. See `layerNorm` for the equation.
 *
 * Each example and time step is normalised by itself, so padding, shards and other examples change nothing. (TensorFlow
 * 1.x's `contrib.layers.layer_norm` normalises all axes but the first by default, and so mixes time steps; give both
 * sizes, `[nSteps, features]`, to do the same, with γ and β for each time step.)
 *
 * @example
 *   const norm = new LayerNorm({ inputSize: 4 });
 *   const x = tf.randomNormal([2, 5, 4]); // [batch, nSteps, features]
 *   const y = norm.call(x); // each time step has mean 0 and variance 1
 *
 * @throws ArgumentError when a size is not a positive whole number, epsilon is not above 0, or an option is unknown
 */
export class LayerNorm {
  readonly inputSize: readonly number[];
  readonly epsilon: number;
  /** γ, of the shape of the normalised axes; starts at 1. */
  readonly gamma: tf.Variable;
  /** β, of the same shape; starts at 0. */
  readonly beta: tf.Variable;

  constructor(options: LayerNormOptions) {
    checkOptions("LayerNorm", options, ["inputSize", "epsilon"]);
    const { inputSize, epsilon = 1e-3 } = options;
    const sizes: readonly number[] = Array.isArray(inputSize) ? [...inputSize] : [inputSize as number];
    if (sizes.length === 0) {
      throw new ArgumentError("LayerNorm", "inputSize", "a size, or a list of at least one", describe(inputSize));
    }
    for (const size of sizes) checkCount("LayerNorm", "inputSize", size);
    checkPositive("LayerNorm", "epsilon", epsilon);
    this.inputSize = sizes;
    this.epsilon = epsilon;
    this.gamma = weight(() => tf.ones([...sizes]));
    this.beta = weight(() => tf.zeros([...sizes]));
  }

  get weights(): Record<string, tf.Variable> {
    return { "layer_normalization/gamma": this.gamma, "layer_normalization/beta": this.beta };
  }

  get variables(): tf.Variable[] {
    return [this.gamma, this.beta];
  }

  /**
   * @param inputs `[…, inputSize]`
   * @returns a tensor of the same shape
   * @throws ArgumentError that names the expected and the actual shape
   */
  call<T extends tf.Tensor>(inputs: T): T {
    const lead = (inputs?.shape ?? []).slice(0, -this.inputSize.length).map(() => "any size");
    checkTensor("LayerNorm.call", "inputs", inputs, [...lead, ...this.inputSize]);
    return inScope(this, () => layerNorm(inputs, this.gamma, this.beta, this.epsilon));
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
