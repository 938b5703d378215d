import { type NumericArray, numericArray, type Tokens } from "../../data";
import type { StreamsOf } from "../examples/stream-source";

type Ids = NumericArray<Int32Array, 2>;

/** Ids that may stay on the disk. */
export type StoredIds = Pick<Tokens, "length" | "read">;

/**
 * A stream in which each token but the first is a target once. Its rows are parts of equal length, the last one may be shorter; what
 * is beyond a row's end is masked.
 *
 * @param mostSteps the time steps of a batch, fewer where the rows are shorter
 */
export function wholeStream(ids: StoredIds, batchSize: number, mostSteps: number): StreamsOf<Ids, Ids> {
  const targets = ids.length - 1;
  const rows = Math.min(batchSize, targets);
  const length = Math.ceil(targets / rows);
  const nSteps = Math.min(mostSteps, length);
  const batch = (number: number) => {
    const [x, y, mask] = [0, 1, 2].map(() => new Int32Array(rows * nSteps)) as [Int32Array, Int32Array, Int32Array];
    for (let row = 0; row < rows; row++) {
      const begin = row * length + number * nSteps;
      const count = Math.min(nSteps, (row + 1) * length - begin, targets - begin);
      if (count <= 0) continue;
      const { data } = ids.read(begin, begin + count + 1);
      x.set(data.subarray(0, count), row * nSteps);
      y.set(data.subarray(1), row * nSteps);
      mask.fill(1, row * nSteps, row * nSteps + count);
    }
    const reset = numericArray(new Int32Array(rows).fill(number === 0 ? 1 : 0), [rows]);
    const shaped = (data: Int32Array) => numericArray(data, [rows, nSteps]);
    return { x: shaped(x), y: shaped(y), mask: shaped(mask), reset };
  };
  return { batchSize: rows, nSteps, count: Math.ceil(length / nSteps), batch };
}
