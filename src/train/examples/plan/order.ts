import { Random } from "../../../data";
import { orderOfMany } from "./order-of-many";

/** The batches of one epoch, as the indices of their examples. Each is made when it is asked for, so that a plan of many takes no room. */
export interface Plan {
  readonly length: number;
  /** @param position from 0 to `length` − 1 */
  at(position: number): Int32Array;
}

/** The indices from `begin` on. */
export const naturalOrder = (count: number, begin = 0): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => begin + i);

/** Cuts an order into batches; the last batch may be shorter. */
export const inBatches = (order: Int32Array, batchSize: number): Plan => ({
  length: Math.ceil(order.length / batchSize),
  at: (position) => order.subarray(position * batchSize, (position + 1) * batchSize),
});

/** Fixes the order of one epoch; without it the order is the natural one. */
export interface Shuffle {
  readonly seed: number;
  readonly epoch: number;
}

/** The batches of examples of one shape. Their order is that of `batches` in unroll/data, for the same seed and epoch. */
export function planInOrder(count: number, batchSize: number, shuffle?: Shuffle): Plan {
  if (shuffle !== undefined) return inBatches(new Random(shuffle.seed, shuffle.epoch).permutation(count), batchSize);
  return {
    length: Math.ceil(count / batchSize),
    at: (position) => naturalOrder(Math.min(batchSize, count - position * batchSize), position * batchSize),
  };
}

/** With more, the numbers of an order would take more than 256 MB. */
export const MANY = 2 ** 26;

/** Batches that come ready-made: an index is the number of a batch. */
export function planOfNumbers(count: number, shuffle?: Shuffle): Plan {
  if (shuffle === undefined) return { length: count, at: (position) => Int32Array.of(position) };
  const random = new Random(shuffle.seed, shuffle.epoch);
  if (count > MANY) {
    const numberAt = orderOfMany(count, random);
    return { length: count, at: (position) => Int32Array.of(numberAt(position)) };
  }
  const order = random.permutation(count);
  return { length: count, at: (position) => order.slice(position, position + 1) };
}
