import * as tf from "../../tf";
import { ArgumentError } from "../errors";

/** Makes a weight tensor's first values. The same seed gives the same values; without one they differ every time. */
export type Initializer = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed?: number) => tf.Tensor<R>;

/** All zeros. */
export const zerosInitializer: Initializer = (shape) => tf.zeros(shape);

/** All ones. */
export const onesInitializer: Initializer = (shape) => tf.ones(shape);

/** Uniform on [minimum, maximum). TensorFlow's `random_uniform_initializer` has −0.05 and 0.05. */
export const randomUniform =
  (minimum = -0.05, maximum = 0.05): Initializer =>
  (shape, seed) =>
    tf.randomUniform(shape, minimum, maximum, "float32", nonZero(seed));

/** Normal. TensorFlow's `random_normal_initializer` has mean 0 and standard deviation 1. */
export const randomNormal =
  (mean = 0, stddev = 1): Initializer =>
  (shape, seed) =>
    tf.randomNormal(shape, mean, stddev, "float32", nonZero(seed));

/** Normal, values beyond two standard deviations drawn again. */
export const truncatedNormal =
  (mean = 0, stddev = 1): Initializer =>
  (shape, seed) =>
    tf.truncatedNormal(shape, mean, stddev, "float32", nonZero(seed));

export interface VarianceScalingOptions {
  scale?: number;
  mode?: "fanIn" | "fanOut" | "fanAvg";
  distribution?: "truncatedNormal" | "untruncatedNormal" | "uniform";
}

/** The standard deviation of a unit normal once what lies beyond ±2 is cut away: divided out, as TensorFlow does. */
const TRUNCATED_STDDEV = 0.8796256610342398;

/**
 * Variance scaling: variance = scale / n, where n is the number of inputs, of outputs, or their mean.
 * Fans of a matrix `[inputs, outputs]` are its sizes; further leading sizes count as a receptive field.
 */
export const varianceScaling =
  ({ scale = 1, mode = "fanIn", distribution = "truncatedNormal" }: VarianceScalingOptions = {}): Initializer =>
  (shape, seed) => {
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

/** Glorot and Bengio 2010: uniform with variance 2 / (inputs + outputs). TensorFlow 1.x's default for kernels. */
export const glorotUniform = varianceScaling({ mode: "fanAvg", distribution: "uniform" });

/** Glorot and Bengio 2010: truncated normal with variance 2 / (inputs + outputs). */
export const glorotNormal = varianceScaling({ mode: "fanAvg" });

/** He et al. 2015 (arXiv:1502.01852): truncated normal with variance 2 / inputs, made for ReLU. */
export const heNormal = varianceScaling({ scale: 2 });

/** He et al. 2015: uniform with variance 2 / inputs. */
export const heUniform = varianceScaling({ scale: 2, distribution: "uniform" });

/**
 * Orthogonal rows or columns, whichever are fewer (Saxe et al. 2013, arXiv:1312.6120): the Q of a normal matrix, with
 * the signs of R's diagonal, so that every such matrix is equally likely.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, seed) => {
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

/** The seed of a cell's nth further weight, so that no two of its weights are drawn alike; none stays none. */
export const furtherSeed = (seed: number | undefined, n: number) => (seed === undefined ? undefined : seed + n);

/** TensorFlow.js's normal draws take a seed of 0 for none. */
const nonZero = (seed: number | undefined) => (seed === 0 ? 2 ** 31 : seed);

function fans(shape: readonly number[]): [fanIn: number, fanOut: number] {
  if (shape.length === 0) throw new ArgumentError("varianceScaling", "shape", "at least one size", "[]");
  if (shape.length === 1) return [shape[0] as number, shape[0] as number];
  const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  return [field * (shape.at(-2) as number), field * (shape.at(-1) as number)];
}
