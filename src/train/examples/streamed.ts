import { type NumericArray, Random } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import type * as tf from "../../tf";
import { type ArgumentLocation, checkCount, checkFunction, describe } from "../checks";
import { settles } from "../stop";
import { arraySource, naturalOrder } from "./arrays";
import { type ArrayExamples, type Batch, batchParts, type Source } from "./source";

/** The examples of one batch, `{ x, y, lengths? }`. */
export type StreamedBatch = ArrayExamples & { readonly y: NumericArray };

/**
 * Examples that come batch by batch, for example from files, because they do not fit in memory. Batches of one shape
 * share a graph, so a few shapes are best. Metrics of the training set read all batches once more;
 * `trainingMetrics: false` avoids that.
 *
 * @example
 *   const streamed: StreamedExamples = {
 *     batches: 100,
 *     batch: async (number) => {
 *       const { x, y } = await loadSafetensors(`batches/${number}.safetensors`);
 *       return { x: x as NumericArray, y: y as NumericArray };
 *     },
 *   };
 */
export interface StreamedExamples {
  /** The number of batches in an epoch. */
  readonly batches: number;
  /**
   * Gives one batch by its number, counted from 0. It must give the same batch for the same number. `fit` asks for a
   * batch before it needs it, so that files are read while earlier steps run.
   */
  batch(number: number): StreamedBatch | Promise<StreamedBatch>;
}

/** How many batches are asked for in advance. */
const AHEAD = 2;

export const isStreamed = (data: unknown): data is StreamedExamples =>
  typeof (data as Partial<StreamedExamples> | null)?.batch === "function";

/** A source of streamed batches; an index is the number of a batch. With a shuffle, batches come in seeded order. */
export function streamedSource(location: ArgumentLocation, { batches, batch }: StreamedExamples): Source {
  const { where, argument } = location;
  checkCount(where, `${argument}.batches`, batches);
  checkFunction(where, `${argument}.batch`, batch);
  const requested = new Map<number, Promise<StreamedBatch>>();
  let parts: readonly (keyof Batch)[] | undefined;
  let current: { number: number; given: StreamedBatch } | undefined;

  const request = (number: number): Promise<StreamedBatch> => {
    const known = requested.get(number) ?? Promise.resolve().then(() => batch(number));
    known.catch(() => undefined); // `ready` throws the error when it awaits the batch, which may never happen
    requested.set(number, known);
    return known;
  };
  const readyBatch = (indices: Int32Array): StreamedBatch => {
    if (current === undefined || current.number !== indices[0]) {
      throw new Error("a batch was taken that was not made ready");
    }
    return current.given;
  };
  return {
    count: batches,
    isStreamed: true,
    labelArgument: ([number], i) => `${argument}.batch(${number}).y[${i}]`,
    get parts() {
      return parts ?? batchParts(true, undefined);
    },
    plan: (_, shuffle) => {
      const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).permutation(batches) : naturalOrder(batches);
      return Array.from(order, (number) => Int32Array.of(number));
    },
    ready: async (plan, position, watch) => {
      const [number, ...next] = plan.slice(position, position + 1 + AHEAD).map((indices) => indices[0] as number) as [
        number,
        ...number[],
      ];
      for (const old of requested.keys()) if (old !== number && !next.includes(old)) requested.delete(old);
      const pending = request(number);
      for (const other of next) request(other);
      if (!(await settles(pending, watch))) return false;
      const given = await pending;
      requested.delete(number);
      const found = partsOf(location, number, given);
      parts ??= found;
      const expected = parts.join(", ");
      if (found.join(", ") !== expected) {
        throw new ArgumentError(where, `${argument}.batch(${number})`, expected, found.join(", "));
      }
      current = { number, given };
      return true;
    },
    countOf: (indices) => readyBatch(indices).x.shape[0] as number,
    take: (indices) => {
      const { x, y, lengths } = readyBatch(indices);
      const tensors = { x: toTensor(x), y: toTensor(y) };
      return lengths ? { ...tensors, lengths: toTensor(lengths) as tf.Tensor1D } : tensors;
    },
  };
}

/** Checks a batch as arrays are checked. @returns the names of its parts. @throws ArgumentError */
function partsOf(
  { where, argument }: ArgumentLocation,
  number: number,
  given: StreamedBatch,
): readonly (keyof Batch)[] {
  const location = { where, argument: `${argument}.batch(${number})` };
  if (given?.x === undefined || given.y === undefined) {
    throw new ArgumentError(where, location.argument, "{ x, y }, arrays with a shape", describe(given));
  }
  return arraySource(location, given).parts;
}
