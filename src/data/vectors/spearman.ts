import { DataError } from "../errors";

/**
 * Spearman's rank correlation of two lists: the Pearson correlation of their ranks, where equal values share the mean of
 * their ranks. 1 when one list rises wherever the other does, −1 when one falls wherever the other rises. (SciPy's
 * `spearmanr`.)
 *
 * It is NaN where it is not defined: for fewer than two pairs, and where all values of a list are equal. Infinite values
 * have ranks like others.
 *
 * @example
 *   const rho = spearmanCorrelation([1, 2, 3, 4], [10, 30, 20, 40]); // 0.8
 *
 * @throws DataError when the lists have different lengths, or a value is NaN, which has no rank, or no number
 */
export function spearmanCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new DataError("spearmanCorrelation", "y", `${x.length} values, as x has`, `${y.length}`);
  }
  const [a, b] = [ranksOf("x", x), ranksOf("y", y)];
  if (a.length < 2) return Number.NaN;
  const mean = (x.length + 1) / 2; // of any ranks
  let [products, squaresOfX, squaresOfY] = [0, 0, 0];
  for (const [i, rank] of a.entries()) {
    const [dx, dy] = [rank - mean, (b[i] as number) - mean];
    products += dx * dy;
    squaresOfX += dx * dx;
    squaresOfY += dy * dy;
  }
  return squaresOfX === 0 || squaresOfY === 0 ? Number.NaN : products / Math.sqrt(squaresOfX * squaresOfY);
}

/** Ranks from 1; equal values share the mean of their ranks. @throws DataError for NaN and what is no number */
function ranksOf(field: string, values: ArrayLike<number>): Float64Array {
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i]; // texts, as a CSV file has them, would be ordered as texts: "10" before "9"
    if (typeof value === "number" && !Number.isNaN(value)) continue;
    const actual = typeof value === "string" ? JSON.stringify(value) : String(value);
    throw new DataError("spearmanCorrelation", `${field}[${i}]`, "a number", actual);
  }
  const at = (i: number) => values[i] as number;
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => compare(at(i), at(j)));
  const ranks = new Float64Array(values.length);
  for (let begin = 0, end = 1; begin < order.length; begin = end++) {
    const value = at(order[begin] as number);
    while (end < order.length && at(order[end] as number) === value) end++;
    for (let i = begin; i < end; i++) ranks[order[i] as number] = (begin + 1 + end) / 2;
  }
  return ranks;
}

/** Unlike a difference, it orders equal infinities too. */
const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);
