import { ArgumentError } from "../../rnn";
import { type ArgumentLocation, checkCount, checkFunction, describe } from "../checks";
import { settles } from "../stop";
import type { Structure } from "../structure";
import { BatchQueue } from "./batch-queue";
import type { Part, TrainingData } from "./data";
import { type InMemoryOptions, inMemorySource } from "./in-memory";
import { checkNoParts } from "./parts";
import { naturalOrder, planOfNumbers } from "./plan/order";
import type { Source } from "./source";

/**
 * The examples of one batch. Ragged lists are padded to the longest sequence of the batch. Where the model takes lengths, by which
 * it leaves padding out, they are padded to the next of the lengths 1, 2, 3, 4, 6, 8, 12, 16, 24, …, because each length is a graph
 * of its own.
 */
export type StreamedBatch<
  X extends Structure<Part> = Structure<Part>,
  Y extends Structure<Part> = Structure<Part>,
> = TrainingData<X, Y>;

/**
 * Examples that come batch by batch, for example from files, because they do not fit in memory. Batches of one shape
 * share a graph, so a few shapes are best; beyond 64 graphs the one that was used longest ago is closed. Metrics of the
 * training set read all batches once more; `trainingMetrics: false` avoids that.
 *
 * @example
 *   const streamed = {
 *     batches: 100,
 *     batch: async (number: number) => {
 *       const { x, y } = await loadSafetensors(`batches/${number}.safetensors`);
 *       return { x: withRank(x, 3), y: withRank(y, 1) };
 *     },
 *   };
 */
export interface StreamedExamples<
  X extends Structure<Part> = Structure<Part>,
  Y extends Structure<Part> = Structure<Part>,
> {
  /** The number of batches in an epoch. */
  readonly batches: number;
  /**
   * Gives one batch by its number, counted from 0. It must give the same batch for the same number. `fit` asks for a
   * batch before it needs it, so that files are read while earlier steps run; it copies what it gets, so that the function
   * may fill the same arrays each time.
   */
  batch(number: number): StreamedBatch<X, Y> | Promise<StreamedBatch<X, Y>>;
}

/** How many batches are asked for in advance. */
const AHEAD = 2;

/** The number of a batch is an int32. */
const MOST = 2 ** 31 - 1;

export const isStreamed = (data: unknown): data is StreamedExamples =>
  typeof (data as Partial<StreamedExamples> | null)?.batch === "function";

/** A source of streamed batches; an index is the number of a batch. With a shuffle, batches come in seeded order. */
export function streamedSource(
  location: ArgumentLocation,
  streamed: StreamedExamples,
  options: Omit<InMemoryOptions, "buckets">,
): Source {
  const { where, argument } = location;
  const { batches, batch } = streamed;
  checkNoParts(location, streamed);
  checkCount(where, `${argument}.batches`, batches);
  checkFunction(where, `${argument}.batch`, batch);
  if (batches > MOST) throw new ArgumentError(where, `${argument}.batches`, `at most ${MOST}`, `${batches}`);
  const queue = new BatchQueue(location, (number) => batch(number));
  let paths: readonly string[] | undefined;
  let current: { number: number; source: Source } | undefined;

  const readyBatch = (indices: Int32Array): Source => {
    if (current === undefined || current.number !== indices[0]) {
      throw new Error("a batch was taken that was not made ready");
    }
    return current.source;
  };
  return {
    count: batches,
    isStreamed: true,
    isPadded: false,
    argumentAt: (path, [number], i) => `${argument}.batch(${number}).${path}[${i}]`,
    get paths() {
      return paths ?? ["x", "y"];
    },
    plan: (_, shuffle) => planOfNumbers(batches, shuffle),
    ready: async (plan, position, watch) => {
      const held = Math.min(1 + AHEAD, plan.length - position);
      const numbers = Array.from({ length: held }, (_, i) => plan.at(position + i)[0] as number);
      const [number] = numbers as [number];
      queue.keepOnly(numbers);
      const [pending] = numbers.map((each) => queue.request(each)) as [Promise<StreamedBatch>];
      if (!(await settles(pending, watch))) return false;
      const given = await pending;
      queue.keepOnly(numbers.slice(1));
      const source = sourceOfBatch(location, number, given, options);
      paths ??= source.paths;
      const expected = paths.join(", ");
      if (source.paths.join(", ") !== expected) {
        throw new ArgumentError(where, `${argument}.batch(${number})`, expected, source.paths.join(", "));
      }
      current = { number, source };
      return true;
    },
    countOf: (indices) => readyBatch(indices).count,
    take: (indices) => {
      const source = readyBatch(indices);
      return source.take(naturalOrder(source.count));
    },
  };
}

/** Checks a batch as data in memory are checked. @throws ArgumentError */
function sourceOfBatch(
  { where, argument }: ArgumentLocation,
  number: number,
  given: StreamedBatch,
  options: Omit<InMemoryOptions, "buckets">,
): Source {
  const location = { where, argument: `${argument}.batch(${number})` };
  if (given?.x === undefined || given.y === undefined) {
    throw new ArgumentError(where, location.argument, "{ x, y }, arrays with a shape", describe(given));
  }
  return inMemorySource(location, given, { ...options, buckets: 1 });
}
