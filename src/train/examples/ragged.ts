import { type NumericArray, type NumericData, Random, takeRows } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import * as tf from "../../tf";
import { type ArgumentLocation, checkCount } from "../checks";
import { checkArray, inBatches, naturalOrder } from "./arrays";
import { batchParts, type RaggedExamples, type Sequence, type Source } from "./source";

/** Sequences of different lengths with the same features. */
interface Sequences {
  readonly list: readonly NumericArray[];
  readonly features: readonly number[];
}

/**
 * A source of sequences of different lengths. Each batch comes from one bucket and is padded to the bucket's length, so
 * that there are few shapes (each shape is a graph of its own) and little padding.
 */
export function raggedSource(
  location: ArgumentLocation,
  { x, y }: RaggedExamples & { readonly y?: NumericArray | readonly Sequence[] },
  buckets: number,
): Source {
  checkCount(location.where, "buckets", buckets);
  const inputs = sequencesOf(location, "x", x);
  const count = inputs.list.length;
  const lengths = Int32Array.from(inputs.list, ({ shape }) => shape[0] as number);
  const targets = Array.isArray(y) ? targetsOf(location, y, lengths) : undefined;
  if (y !== undefined && targets === undefined) checkArray(location, "y", y as NumericArray, count);
  const bounds = boundsOf(lengths, buckets);
  const bucketOf = Int32Array.from(lengths, (length) => bounds.findIndex((bound) => length <= bound));
  const boundAt = (index: number) => bounds[bucketOf[index] as number] as number;
  const paddedTo = (indices: Int32Array) => boundAt(indices[0] as number);
  const target = (indices: Int32Array) =>
    targets ? pad(targets, indices, paddedTo(indices)) : y && toTensor(takeRows(y as NumericArray, indices));
  return {
    count,
    parts: batchParts(y, lengths),
    longest: bounds.at(-1) as number,
    lengthOf: (index) => lengths[index] as number,
    isPadded: lengths.some((length, index) => length < boundAt(index)),
    paddedTo,
    labelArgument: (indices, i) => `${location.argument}.y[${indices[i]}]`,
    plan: (batchSize, shuffle) => {
      const random = shuffle && new Random(shuffle.seed, shuffle.epoch);
      const order = random ? random.permutation(count) : naturalOrder(count);
      const batches = bounds.flatMap((_, bucket) =>
        inBatches(
          order.filter((index) => bucketOf[index] === bucket),
          batchSize,
        ),
      );
      return random ? random.shuffle(batches) : batches;
    },
    take: (indices) => ({
      x: pad(inputs, indices, paddedTo(indices)),
      ...(y !== undefined && { y: target(indices) as tf.Tensor }),
      lengths: tf.tensor1d(
        Int32Array.from(indices, (index) => lengths[index] as number),
        "int32",
      ),
    }),
  };
}

/**
 * The lengths to pad to, chosen such that each bucket has about the same number of sequences. An empty sequence is
 * padded to one time step, because a tensor without time steps has nothing to compute on.
 */
function boundsOf(lengths: Int32Array, buckets: number): number[] {
  const sorted = Int32Array.from(lengths).sort();
  const last = (bucket: number) => sorted[Math.ceil(((bucket + 1) * sorted.length) / buckets) - 1] as number;
  const bounds = Array.from({ length: Math.min(buckets, sorted.length) }, (_, bucket) => Math.max(1, last(bucket)));
  return [...new Set([...bounds, Math.max(1, sorted.at(-1) as number)])].sort((a, b) => a - b);
}

/** @throws ArgumentError naming the first sequence that has another type or other features than the first one */
function sequencesOf({ where, argument }: ArgumentLocation, part: string, given: readonly Sequence[]): Sequences {
  if (given.length === 0) {
    throw new ArgumentError(where, `${argument}.${part}`, "at least one sequence", "none");
  }
  const list = given.map(
    (each): NumericArray => (ArrayBuffer.isView(each) ? { data: each, shape: [each.length] } : each),
  );
  list.forEach((each, i) => {
    checkArray({ where, argument }, `${part}[${i}]`, each);
  });
  const [first] = list as [NumericArray];
  const features = first.shape.slice(1);
  const isOther = ({ data, shape }: NumericArray) =>
    data.constructor !== first.data.constructor || shape.slice(1).join() !== features.join();
  const other = list.findIndex(isOther);
  if (other < 0) return { list, features };
  const kind = ({ data, shape }: NumericArray) =>
    `${data.constructor.name} [${["nSteps", ...shape.slice(1)].join(", ")}]`;
  const expected = `${kind(first)}, as the first has`;
  throw new ArgumentError(where, `${argument}.${part}[${other}]`, expected, kind(list[other] as NumericArray));
}

/** @throws ArgumentError when y has another number of sequences than x, or a sequence of another length */
function targetsOf({ where, argument }: ArgumentLocation, y: readonly Sequence[], lengths: Int32Array): Sequences {
  const targets = sequencesOf({ where, argument }, "y", y);
  if (y.length !== lengths.length) {
    throw new ArgumentError(where, `${argument}.y`, `${lengths.length} sequences`, `${y.length}`);
  }
  const other = targets.list.findIndex(({ shape }, i) => shape[0] !== lengths[i]);
  if (other < 0) return targets;
  const actual = `${targets.list[other]?.shape[0]}`;
  const expected = `${lengths[other]} time steps, as x has`;
  throw new ArgumentError(where, `${argument}.y[${other}]`, expected, actual);
}

/** Stacks sequences, `[batch, bound, …]`, with 0 past their ends. */
function pad({ list, features }: Sequences, indices: Int32Array, bound: number): tf.Tensor {
  const step = features.reduce((product, size) => product * size, 1);
  const Kind = list[0]?.data.constructor as new (length: number) => NumericData;
  const data = new Kind(indices.length * bound * step);
  indices.forEach((index, i) => {
    data.set((list[index] as NumericArray).data, i * bound * step);
  });
  return toTensor({ data, shape: [indices.length, bound, ...features] });
}
