import { type NumericArray, type NumericData, Random, takeRows } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import * as tf from "../../tf";
import { checkCount } from "../checks";
import { checkArray, cut, inOrder, type Place } from "./arrays";
import { batchParts, type RaggedExamples, type Sequence, type Source } from "./source";

/** Sequences of one kind: each with its own length, all with the same features. */
interface Sequences {
  readonly list: readonly NumericArray[];
  readonly features: readonly number[];
}

/**
 * A source of sequences of different lengths. A batch comes from one bucket and is padded to its bucket's length, so that
 * there are few shapes (each is a graph of its own) and little padding.
 */
export function raggedSource(
  place: Place,
  { x, y }: RaggedExamples & { readonly y?: NumericArray | readonly Sequence[] },
  buckets: number,
): Source {
  checkCount(place.where, "buckets", buckets);
  const inputs = sequencesOf(place, "x", x);
  const rows = inputs.list.length;
  const lengths = Int32Array.from(inputs.list, ({ shape }) => shape[0] as number);
  const targets = Array.isArray(y) ? targetsOf(place, y, lengths) : undefined;
  if (y !== undefined && targets === undefined) checkArray(place, "y", y as NumericArray, rows);
  const bounds = boundsOf(lengths, buckets);
  const bucketOf = Int32Array.from(lengths, (length) => bounds.findIndex((bound) => length <= bound));
  const boundAt = (row: number) => bounds[bucketOf[row] as number] as number;
  const boundOf = (taken: Int32Array) => boundAt(taken[0] as number);
  const target = (taken: Int32Array) =>
    targets ? pad(targets, taken, boundOf(taken)) : y && toTensor(takeRows(y as NumericArray, taken));
  return {
    rows,
    parts: batchParts(y, lengths),
    longest: bounds.at(-1) as number,
    lengthOf: (row) => lengths[row] as number,
    isPadded: lengths.some((length, row) => length < boundAt(row)),
    paddedTo: boundOf,
    yAt: (taken, i) => `${place.argument}.y[${taken[i]}]`,
    plan: (batchSize, shuffle) => {
      const random = shuffle && new Random(shuffle.seed, shuffle.epoch);
      const order = random ? random.permutation(rows) : inOrder(rows);
      const batches = bounds.flatMap((_, bucket) =>
        cut(
          order.filter((row) => bucketOf[row] === bucket),
          batchSize,
        ),
      );
      return random ? random.shuffle(batches) : batches;
    },
    take: (taken) => ({
      x: pad(inputs, taken, boundOf(taken)),
      ...(y !== undefined && { y: target(taken) as tf.Tensor }),
      lengths: tf.tensor1d(
        Int32Array.from(taken, (row) => lengths[row] as number),
        "int32",
      ),
    }),
  };
}

/** The lengths that are padded to: such that each bucket has about as many sequences. An empty sequence has one blank step. */
function boundsOf(lengths: Int32Array, buckets: number): number[] {
  const sorted = Int32Array.from(lengths).sort();
  const last = (bucket: number) => sorted[Math.ceil(((bucket + 1) * sorted.length) / buckets) - 1] as number;
  const bounds = Array.from({ length: Math.min(buckets, sorted.length) }, (_, bucket) => Math.max(1, last(bucket)));
  return [...new Set([...bounds, Math.max(1, sorted.at(-1) as number)])].sort((a, b) => a - b);
}

function sequencesOf(place: Place, part: string, given: readonly Sequence[]): Sequences {
  if (given.length === 0) {
    throw new ArgumentError(place.where, `${place.argument}.${part}`, "at least one sequence", "none");
  }
  const list = given.map(
    (each): NumericArray => (ArrayBuffer.isView(each) ? { data: each, shape: [each.length] } : each),
  );
  list.forEach((each, i) => {
    checkArray(place, `${part}[${i}]`, each);
  });
  const [first] = list as [NumericArray];
  const features = first.shape.slice(1);
  const isOther = ({ data, shape }: NumericArray) =>
    data.constructor !== first.data.constructor || shape.slice(1).join() !== features.join();
  const other = list.findIndex(isOther);
  if (other < 0) return { list, features };
  const kind = ({ data, shape }: NumericArray) =>
    `${data.constructor.name} [${["nSteps", ...shape.slice(1)].join(", ")}]`;
  const argument = `${place.argument}.${part}[${other}]`;
  throw new ArgumentError(place.where, argument, `${kind(first)}, as the first has`, kind(list[other] as NumericArray));
}

function targetsOf(place: Place, y: readonly Sequence[], lengths: Int32Array): Sequences {
  const targets = sequencesOf(place, "y", y);
  if (y.length !== lengths.length) {
    throw new ArgumentError(place.where, `${place.argument}.y`, `${lengths.length} sequences`, `${y.length}`);
  }
  const other = targets.list.findIndex(({ shape }, i) => shape[0] !== lengths[i]);
  if (other < 0) return targets;
  const actual = `${targets.list[other]?.shape[0]}`;
  const expected = `${lengths[other]} time steps, as x has`;
  throw new ArgumentError(place.where, `${place.argument}.y[${other}]`, expected, actual);
}

/** Those sequences one under the other, `[batch, bound, …]`, 0 past their ends. */
function pad({ list, features }: Sequences, taken: Int32Array, bound: number): tf.Tensor {
  const step = features.reduce((product, size) => product * size, 1);
  const Kind = list[0]?.data.constructor as new (length: number) => NumericData;
  const data = new Kind(taken.length * bound * step);
  taken.forEach((row, i) => {
    data.set((list[row] as NumericArray).data, i * bound * step);
  });
  return toTensor({ data, shape: [taken.length, bound, ...features] });
}
