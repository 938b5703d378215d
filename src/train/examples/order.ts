import { Random } from "../../data";

/** The indices 0 to `count` − 1. */
export const naturalOrder = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Cuts an order into batches; the last batch may be shorter. */
export function inBatches(order: Int32Array, batchSize: number): Int32Array[] {
  const batches = Math.ceil(order.length / batchSize);
  return Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
}

/** Fixes the order of one epoch; without it the order is the natural one. */
export interface Shuffle {
  readonly seed: number;
  readonly epoch: number;
}

/** The batches of examples of one shape. Their order is that of `batches` in unroll/data, for the same seed and epoch. */
export function planInOrder(count: number, batchSize: number, shuffle?: Shuffle): Int32Array[] {
  const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).permutation(count) : naturalOrder(count);
  return inBatches(order, batchSize);
}
