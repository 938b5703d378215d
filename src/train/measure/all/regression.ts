import { ArgumentError } from "../../../rnn";
import { checkOptions } from "../../checks";
import { areAlike, type MetricArray, shapedOf, type WeightedOptions, weightsOf } from "./values";

/**
 * The coefficient of determination R² = 1 − Σ(y − outputs)² / Σ(y − mean of y)²: 1 for perfect outputs, 0 for those of a
 * constant mean. With several outputs for each example it is the mean over the outputs. Equal to scikit-learn's
 * `r2_score`: an output whose y is constant counts 1 when it is met, else 0.
 *
 * @example
 *   const value = r2Score(Float32Array.of(2.5, 0, 2, 8), Float32Array.of(3, -0.5, 2, 7)); // 0.9486
 *
 * @param outputs `[examples, …]`
 * @param y of the outputs' shape
 * @throws ArgumentError for other shapes, a value that is not finite, and fewer than two examples
 */
export function r2Score(outputs: MetricArray, y: MetricArray, options: WeightedOptions = {}): number {
  const { rows, columns, at, weightOf } = columnsOf("r2Score", outputs, y, options);
  if (rows < 2) throw new ArgumentError("r2Score", "y", "two examples at least", `${rows}`);
  const live = Array.from({ length: rows }, (_, row) => row).filter((row) => weightOf(row) > 0);
  // the mean of a constant may miss it by a rounding, so that the spread is not 0
  const isConstant = (column: number) => live.every((row) => at(row, column)[1] === at(live[0] as number, column)[1]);
  let total = 0;
  for (let column = 0; column < columns; column++) {
    const sum = (of: (output: number, y: number) => number) => sumOf(rows, weightOf, (row) => of(...at(row, column)));
    const mean = sum((_, value) => value) / sumOf(rows, weightOf, () => 1);
    const residual = sum((output, value) => (value - output) ** 2);
    const spread = sum((_, value) => (value - mean) ** 2);
    if (isConstant(column)) total += residual === 0 ? 1 : 0;
    else total += 1 - residual / spread;
  }
  return total / columns;
}
r2Score.mode = "max" as const;

/** Options of `meanPinballLoss`. */
export interface PinballOptions extends WeightedOptions {
  /** The quantile that the outputs forecast, between 0 and 1: 0.9 for a value that y exceeds one time in ten. Required. */
  quantile: number;
}

/**
 * The quantile loss, also called pinball loss: the mean of q·(y − output) where y is above the output, and of
 * (1 − q)·(output − y) where it is below. Equal to scikit-learn's `mean_pinball_loss` with `alpha` q.
 *
 * @example
 *   const value = meanPinballLoss(Float32Array.of(1, 2, 3), Float32Array.of(2, 2, 2), { quantile: 0.9 }); // 0.3333
 *
 * @param outputs `[examples, …]`
 * @param y of the outputs' shape
 * @throws ArgumentError for other shapes, a value that is not finite, and a quantile outside 0 to 1
 */
export function meanPinballLoss(outputs: MetricArray, y: MetricArray, options: PinballOptions): number {
  const where = "meanPinballLoss";
  checkOptions(where, options, ["quantile", "weights"]);
  const { quantile } = options;
  if (!(quantile >= 0 && quantile <= 1)) {
    throw new ArgumentError(where, "quantile", "a number from 0 to 1", String(quantile));
  }
  const { rows, columns, at, weightOf } = columnsOf(where, outputs, y, options, ["quantile"]);
  const lossOf = (output: number, value: number) =>
    value >= output ? quantile * (value - output) : (1 - quantile) * (output - value);
  let total = 0;
  for (let column = 0; column < columns; column++) total += sumOf(rows, weightOf, (row) => lossOf(...at(row, column)));
  return total / columns / sumOf(rows, weightOf, () => 1);
}
meanPinballLoss.mode = "min" as const;

function columnsOf(
  where: string,
  given: MetricArray,
  target: MetricArray,
  options: WeightedOptions,
  known?: readonly string[],
) {
  const [outputs, y] = [shapedOf(where, "outputs", given), shapedOf(where, "y", target)];
  if (!areAlike(outputs, y)) {
    const expected = `the outputs' shape [${outputs.shape.join(", ")}]`;
    throw new ArgumentError(where, "y", expected, `shape [${y.shape.join(", ")}]`);
  }
  const rows = y.shape[0] as number;
  const columns = y.data.length / rows;
  const at = (row: number, column: number): [output: number, y: number] => {
    const index = row * columns + column;
    return [outputs.data[index] as number, y.data[index] as number];
  };
  return {
    rows,
    columns,
    at,
    weightOf: weightsOf(where, options, { data: y.data.subarray(0, rows), shape: [rows] }, known),
  };
}

function sumOf(rows: number, weightOf: (row: number) => number, of: (row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += weightOf(row) * of(row);
  return sum;
}
