import { type NumericArray, rowCount } from "../data";
import { ArgumentError } from "../rnn";
import * as tf from "../tf";
import { checkNumber, checkOptions } from "./checks";
import type { TrainingData } from "./examples/data";
import { sourceOf } from "./examples/training-data";
import type { Model } from "./model";

/**
 * A linear model: `outputs = x·kernel + bias`, where each example is one row with the features of all its time steps.
 */
export interface LinearModel extends Model {
  /** `[nSteps · inputSize, outputs]` */
  readonly kernel: tf.Variable;
  /** `[outputs]` */
  readonly bias: tf.Variable;
  dispose(): void;
}

export interface LeastSquaresOptions {
  /**
   * The cost of large weights, relative to features of variance 1. It makes the solution unique where features repeat
   * each other. Default: 1e-9, far below the effect of noise.
   */
  ridge?: number;
}

/**
 * Fits the linear model with the least mean squared error on the examples, in closed form: the baseline that a network
 * has to beat. Each output has one weight for each feature of each time step.
 *
 *   minimise  Σ |x·W + b − y|² / n + ridge · mean variance · |W|²          n examples
 *   solved as (Cov(x) + ridge · mean variance · I)·W = Cov(x, y),  b = mean(y) − mean(x)·W,  by Cholesky, in double precision
 *
 * @example
 *   const { x, y } = randomTimeSeriesWindows(1000, { nSteps: 20 });
 *   const baseline = leastSquares({ x, y: lastStep(y) });
 *   const { mse } = await evaluate(baseline, { x, y: lastStep(y) }, { metrics: { mse: meanSquaredError } });
 *
 * @param data x `[examples, …]` and y `[examples, …]`; the model's outputs have the shape of y
 * @throws ArgumentError for data that do not fit or are more than two arrays, or features that are all constant
 */
export function leastSquares(
  data: TrainingData<NumericArray, NumericArray>,
  options: LeastSquaresOptions = {},
): LinearModel {
  checkOptions("leastSquares", options, ["ridge"]);
  const { ridge = 1e-9 } = options;
  checkNumber("leastSquares", "options.ridge", ridge, 0);
  const { paths } = sourceOf({ where: "leastSquares", argument: "data" }, data, { needsY: true });
  if (paths.join() !== "x,y" || Array.isArray(data.x) || Array.isArray(data.y)) {
    const expected = "arrays x and y alone, without lists, names, lengths, sample weights or a mask";
    throw new ArgumentError("leastSquares", "data", expected, paths.join(", "));
  }
  const rows = rowCount(data.x);
  const x = centred(data.x.data, rows);
  const y = centred(data.y.data, rows);
  const covariance = product(x, x);
  const variance = Array.from({ length: x.size }, (_, i) => covariance[i * x.size + i] as number);
  const scale = variance.reduce((sum, value) => sum + value, 0) / x.size;
  if (!(scale > 0)) throw new ArgumentError("leastSquares", "data.x", "features that change", "constant ones only");
  for (let i = 0; i < x.size; i++) covariance[i * x.size + i] = (variance[i] as number) + ridge * scale;
  const weights = solve(covariance, product(x, y), x.size, y.size);
  const offsets = y.mean.map((mean, j) =>
    x.mean.reduce((b, m, i) => b - m * (weights[i * y.size + j] as number), mean),
  );
  return linearModel(weights, offsets, data.y.shape.slice(1));
}

function linearModel(weights: Float64Array, offsets: Float64Array, outputShape: readonly number[]): LinearModel {
  const outputs = offsets.length;
  const kernel = tf.variable(tf.tensor2d(Float32Array.from(weights), [weights.length / outputs, outputs]));
  const bias = tf.variable(tf.tensor1d(Float32Array.from(offsets)));
  return {
    kernel,
    bias,
    variables: [kernel, bias],
    weights: { kernel, bias },
    call: (x: tf.Tensor) => {
      const rows = tf.reshape(x.toFloat(), [-1, weights.length / outputs]) as tf.Tensor2D;
      const result = tf.add(tf.matMul(rows, kernel as tf.Variable<tf.Rank.R2>), bias);
      return tf.reshape(result, [x.shape[0] as number, ...outputShape]);
    },
    dispose: () => tf.dispose([kernel, bias]),
  };
}

/** Columns minus their means, in double precision. */
interface Centred {
  readonly rows: number;
  readonly size: number;
  readonly mean: Float64Array;
  readonly values: Float64Array;
}

function centred(data: ArrayLike<number>, rows: number): Centred {
  const size = data.length / rows;
  const mean = new Float64Array(size);
  for (let i = 0; i < data.length; i++) mean[i % size] = (mean[i % size] as number) + (data[i] as number) / rows;
  return { rows, size, mean, values: Float64Array.from(data, (value, i) => value - (mean[i % size] as number)) };
}

/** Aᵀ·B / rows, `[a.size, b.size]`. */
function product(a: Centred, b: Centred): Float64Array {
  const result = new Float64Array(a.size * b.size);
  for (let row = 0; row < a.rows; row++) {
    for (let i = 0; i < a.size; i++) {
      const left = (a.values[row * a.size + i] as number) / a.rows;
      for (let j = 0; j < b.size; j++) {
        result[i * b.size + j] = (result[i * b.size + j] as number) + left * (b.values[row * b.size + j] as number);
      }
    }
  }
  return result;
}

/** Solves A·X = B, for a symmetric positive definite A `[n, n]` and B `[n, m]`: A = L·Lᵀ, then two substitutions. */
function solve(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  const l = new Float64Array(a);
  const at = (i: number, j: number) => l[i * n + j] as number;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let value = at(i, j);
      for (let k = 0; k < j; k++) value -= at(i, k) * at(j, k);
      l[i * n + j] = i === j ? Math.sqrt(value) : value / at(j, j);
    }
    if (at(j, j) > 0) continue;
    throw new ArgumentError(
      "leastSquares",
      "data.x",
      "features that do not repeat one another, or a ridge",
      `feature ${j}`,
    );
  }
  const x = new Float64Array(b);
  for (let column = 0; column < m; column++) {
    const substitute = (i: number, others: Iterable<number>, weight: (k: number) => number) => {
      let value = x[i * m + column] as number;
      for (const k of others) value -= weight(k) * (x[k * m + column] as number);
      x[i * m + column] = value / at(i, i);
    };
    for (let i = 0; i < n; i++) substitute(i, range(0, i), (k) => at(i, k));
    for (let i = n - 1; i >= 0; i--) substitute(i, range(i + 1, n), (k) => at(k, i));
  }
  return x;
}

const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i);
