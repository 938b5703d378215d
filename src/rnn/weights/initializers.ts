import { checkSeed } from "../../arguments";
import * as tf from "../../tf";
import { checkOptions, checkPositive, describe } from "../checks";
import { ArgumentError } from "../errors";

/**
 * Creates the initial values of a weight. The same seed gives the same values; without a seed every call gives other
 * values.
 *
 * @example
 *   const ownInitializer: Initializer = (shape, seed) => tf.mul(heNormal(shape, seed), 0.5);
 *   const cell = new GRUCell({ inputSize: 28, numUnits: 100, kernelInitializer: ownInitializer, seed: 42 });
 */
export type Initializer = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed?: number) => tf.Tensor<R>;

/**
 * All zeros.
 *
 * @example
 *   const head = new Dense({ inputSize: 100, outputSize: 10, kernelInitializer: zerosInitializer });
 */
export const zerosInitializer: Initializer = (shape) => tf.zeros(shape);

/**
 * All ones.
 *
 * @example
 *   const head = new Dense({ inputSize: 100, outputSize: 10, kernelInitializer: onesInitializer });
 */
export const onesInitializer: Initializer = (shape) => tf.ones(shape);

/**
 * Uniform on [minimum, maximum). Default: −0.05 and 0.05, as in TensorFlow's `random_uniform_initializer`.
 *
 * @example
 *   const kernelInitializer = randomUniform(-0.1, 0.1);
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 100, kernelInitializer, seed: 42 });
 */
export const randomUniform =
  (minimum = -0.05, maximum = 0.05): Initializer =>
  (shape, seed) =>
    tf.randomUniform(shape, minimum, maximum, "float32", nonZero(seed));

/**
 * Normal. Default: mean 0 and standard deviation 1, as in TensorFlow's `random_normal_initializer`.
 *
 * @example
 *   const kernelInitializer = randomNormal(0, 0.05);
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 100, kernelInitializer, seed: 42 });
 */
export const randomNormal =
  (mean = 0, stddev = 1): Initializer =>
  (shape, seed) =>
    tf.randomNormal(shape, mean, stddev, "float32", nonZero(seed));

/**
 * Normal, where values beyond two standard deviations are drawn again. Default: mean 0 and standard deviation 1.
 *
 * @example
 *   const kernelInitializer = truncatedNormal(0, 0.05);
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 100, kernelInitializer, seed: 42 });
 */
export const truncatedNormal =
  (mean = 0, stddev = 1): Initializer =>
  (shape, seed) =>
    tf.truncatedNormal(shape, mean, stddev, "float32", nonZero(seed));

export interface VarianceScalingOptions {
  /** Default: 1. */
  scale?: number;
  /** The number n: of inputs, of outputs, or the mean of both. Default: "fanIn". */
  mode?: "fanIn" | "fanOut" | "fanAvg";
  /** Default: "truncatedNormal". */
  distribution?: "truncatedNormal" | "untruncatedNormal" | "uniform";
}

const MODES = ["fanIn", "fanOut", "fanAvg"];
const DISTRIBUTIONS = ["truncatedNormal", "untruncatedNormal", "uniform"];

/** The standard deviation of a unit normal that is truncated to ±2. TensorFlow divides by it, and so do we. */
const TRUNCATED_STDDEV = 0.8796256610342398;

/**
 * Variance scaling: variance = scale / n, where n is the number of inputs, of outputs, or the mean of both. For a
 * matrix `[inputs, outputs]` these numbers are its sizes; further leading sizes multiply both, as a receptive field
 * does.
 *
 * @example
 *   const kernelInitializer = varianceScaling({ scale: 2, mode: "fanOut", distribution: "uniform" });
 *   const head = new Dense({ inputSize: 100, outputSize: 10, activation: tf.relu, kernelInitializer, seed: 42 });
 */
export const varianceScaling = (options: VarianceScalingOptions = {}): Initializer => {
  checkOptions("varianceScaling", options, ["scale", "mode", "distribution"]);
  const { scale = 1, mode = "fanIn", distribution = "truncatedNormal" } = options;
  checkPositive("varianceScaling", "scale", scale);
  if (!MODES.includes(mode)) throw new ArgumentError("varianceScaling", "mode", MODES.join(" or "), describe(mode));
  if (!DISTRIBUTIONS.includes(distribution)) {
    throw new ArgumentError("varianceScaling", "distribution", DISTRIBUTIONS.join(" or "), describe(distribution));
  }
  return (shape, seed) => {
    const [fanIn, fanOut] = fans(shape);
    const n = mode === "fanIn" ? fanIn : mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2;
    const variance = scale / Math.max(1, n);
    if (distribution === "uniform") {
      const limit = Math.sqrt(3 * variance);
      return tf.randomUniform(shape, -limit, limit, "float32", nonZero(seed));
    }
    if (distribution === "untruncatedNormal")
      return tf.randomNormal(shape, 0, Math.sqrt(variance), "float32", nonZero(seed));
    return tf.truncatedNormal(shape, 0, Math.sqrt(variance) / TRUNCATED_STDDEV, "float32", nonZero(seed));
  };
};

/**
 * Glorot and Bengio 2010: uniform with variance 2 / (inputs + outputs). TensorFlow 1.x's default for kernels, and ours.
 *
 * @example
 *   const head = new Dense({ inputSize: 100, outputSize: 10, kernelInitializer: glorotUniform, seed: 42 });
 */
export const glorotUniform = varianceScaling({ mode: "fanAvg", distribution: "uniform" });

/**
 * Glorot and Bengio 2010: truncated normal with variance 2 / (inputs + outputs).
 *
 * @example
 *   const head = new Dense({ inputSize: 100, outputSize: 10, kernelInitializer: glorotNormal, seed: 42 });
 */
export const glorotNormal = varianceScaling({ mode: "fanAvg" });

/**
 * He et al. 2015 (arXiv:1502.01852): truncated normal with variance 2 / inputs, for layers with ReLU.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 100, activation: tf.relu, kernelInitializer: heNormal });
 */
export const heNormal = varianceScaling({ scale: 2 });

/**
 * He et al. 2015 (arXiv:1502.01852): uniform with variance 2 / inputs, for layers with ReLU.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 100, activation: tf.relu, kernelInitializer: heUniform });
 */
export const heUniform = varianceScaling({ scale: 2, distribution: "uniform" });

/**
 * An orthogonal matrix times `gain` (Saxe et al. 2013, arXiv:1312.6120). Its columns are orthonormal; its rows, where
 * it has fewer rows than columns. The matrix is the Q of the QR decomposition of a normal matrix, multiplied by the
 * signs of R's diagonal, so that every orthogonal matrix is equally likely. Default: gain 1. For more than two sizes the
 * sizes before the last are the rows together.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 100, kernelInitializer: orthogonal(1), seed: 42 });
 *
 * @throws ArgumentError at a shape of fewer than two sizes, as TensorFlow does
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, seed) => {
    if (shape.length < 2) throw new ArgumentError("orthogonal", "shape", "at least two sizes", `[${shape}]`);
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const [tall, wide] = [Math.max(rows, columns), Math.min(rows, columns)];
    return tf.tidy(() => {
      const [q, r] = tf.linalg.qr(tf.randomNormal([tall, wide], 0, 1, "float32", nonZero(seed)) as tf.Tensor2D);
      const diagonal = tf.mul(r, tf.eye(wide)).sum(0);
      const signed = tf.mul(q, tf.where(tf.greaterEqual(diagonal, 0), 1, -1)) as tf.Tensor2D;
      return tf.mul(rows < columns ? tf.transpose(signed) : signed, gain).reshape(shape);
    });
  };

/** Returns the seed of a cell's nth further weight, so that two weights of one cell differ. No seed stays no seed. */
export const furtherSeed = (seed: number | undefined, n: number) => (seed === undefined ? undefined : seed + n);

/**
 * Replaces a seed of 0, because TensorFlow.js's normal distributions treat 0 as no seed. @throws ArgumentError for a seed
 * that is no whole number
 */
function nonZero(seed: number | undefined): number | undefined {
  checkSeed("initializer", seed);
  return seed === 0 ? 2 ** 31 : seed;
}

function fans(shape: readonly number[]): [fanIn: number, fanOut: number] {
  if (shape.length === 0) throw new ArgumentError("varianceScaling", "shape", "at least one size", "[]");
  if (shape.length === 1) return [shape[0] as number, shape[0] as number];
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return [field * (shape.at(-2) as number), field * (shape.at(-1) as number)];
}
