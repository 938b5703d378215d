import { roundedUp } from "../../../compile/internal";
import { Random } from "../../../data";
import { inBatches, naturalOrder, type Plan, type Shuffle } from "./order";

/**
 * Examples in buckets of similar length. Each batch comes from one bucket and is padded to the bucket's length, so that
 * there are few shapes (each shape is a graph of its own) and little padding.
 */
export interface Buckets {
  /** How many there are. */
  readonly size: number;
  /** The bucket of each example. */
  readonly of: Int32Array;
  /** Whether the lengths to which sequences are padded are rounded up. Default: false. */
  readonly roundsUp?: boolean;
}

/** @param longest the length of the longest sequence of each example; @param most the largest number of buckets */
export function bucketsOf(longest: Int32Array, most: number): Buckets {
  const bounds = boundsOf(longest, most);
  return {
    size: bounds.length,
    of: Int32Array.from(longest, (length) => bounds.findIndex((bound) => length <= bound)),
  };
}

/** The lengths that end the buckets, chosen such that each has about the same number of examples. */
function boundsOf(lengths: Int32Array, buckets: number): number[] {
  const sorted = Int32Array.from(lengths).sort();
  const last = (bucket: number) => sorted[Math.ceil(((bucket + 1) * sorted.length) / buckets) - 1] as number;
  const bounds = Array.from({ length: Math.min(buckets, sorted.length) }, (_, bucket) => Math.max(1, last(bucket)));
  return [...new Set([...bounds, Math.max(1, sorted.at(-1) as number)])].sort((a, b) => a - b);
}

/** The batches of one epoch: each of one bucket, in seeded random order with a shuffle. */
export function planInBuckets({ size, of }: Buckets, batchSize: number, shuffle?: Shuffle): Plan {
  const random = shuffle && new Random(shuffle.seed, shuffle.epoch);
  const order = random ? random.permutation(of.length) : naturalOrder(of.length);
  const plans = Array.from({ length: size }, (_, bucket) =>
    inBatches(
      order.filter((index) => of[index] === bucket),
      batchSize,
    ),
  );
  const batches = plans.flatMap(({ length }, bucket) =>
    Array.from({ length }, (_, position) => ({ bucket, position })),
  );
  random?.shuffle(batches);
  return {
    length: batches.length,
    at: (number) => {
      const { bucket, position } = batches[number] as { bucket: number; position: number };
      return (plans[bucket] as Plan).at(position);
    },
  };
}

/**
 * The number of time steps to which the sequences of a part are padded in each bucket: that of the longest. Empty
 * sequences are padded to one time step, because a tensor without time steps has nothing to compute on.
 */
export function paddedSteps({ size, of, roundsUp }: Buckets, lengths: Int32Array): Int32Array {
  const steps = new Int32Array(size).fill(1);
  lengths.forEach((length, index) => {
    const bucket = of[index] as number;
    steps[bucket] = Math.max(steps[bucket] as number, length);
  });
  return roundsUp ? steps.map(roundedUp) : steps;
}
