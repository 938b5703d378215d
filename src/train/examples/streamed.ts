import { type NumericArray, Random } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import type * as tf from "../../tf";
import { checkCount, checkFunction, describe } from "../checks";
import { arrives } from "../stop";
import { arraySource, inOrder, type Place } from "./arrays";
import { type ArrayExamples, type Batch, batchParts, type Source } from "./source";

/** The examples of one batch, `{ x, y, lengths? }`. */
export type StreamedBatch = ArrayExamples & { readonly y: NumericArray };

/**
 * Examples that come batch by batch, from files say, when they are more than the memory holds. Batches of one shape share a
 * graph: few shapes are good. Metrics of the training set read all batches once more; `trainingMetrics: false` does without.
 *
 *   const data = { batches: files.length, batch: async (i) => parse(await readFile(files[i])) };
 */
export interface StreamedExamples {
  /** How many there are in an epoch. */
  readonly batches: number;
  /**
   * One of them, by its number from 0; the same whenever it is asked for. It is asked for before it is needed: files are
   * read while the steps before are computed.
   */
  batch(number: number): StreamedBatch | Promise<StreamedBatch>;
}

/** So many batches are on their way while one is trained. */
const AHEAD = 2;

export const isStreamed = (data: unknown): data is StreamedExamples =>
  typeof (data as Partial<StreamedExamples> | null)?.batch === "function";

/** A source of batches as they come; a "row" is a batch. With a shuffle, batches come in seeded order. */
export function streamedSource(place: Place, { batches, batch }: StreamedExamples): Source {
  checkCount(place.where, `${place.argument}.batches`, batches);
  checkFunction(place.where, `${place.argument}.batch`, batch);
  const coming = new Map<number, Promise<StreamedBatch>>();
  let parts: readonly (keyof Batch)[] | undefined;
  let now: { number: number; given: StreamedBatch } | undefined;

  const ask = (number: number): Promise<StreamedBatch> => {
    const known = coming.get(number) ?? Promise.resolve().then(() => batch(number));
    known.catch(() => undefined); // heard when it is waited for, if ever
    coming.set(number, known);
    return known;
  };
  const current = (rows: Int32Array): StreamedBatch => {
    if (now === undefined || now.number !== rows[0]) throw new Error("a batch was taken that was not made ready");
    return now.given;
  };
  return {
    rows: batches,
    isStreamed: true,
    yAt: ([number], i) => `${place.argument}.batch(${number}).y[${i}]`,
    get parts() {
      return parts ?? batchParts(true, undefined);
    },
    plan: (_, shuffle) => {
      const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).permutation(batches) : inOrder(batches);
      return Array.from(order, (number) => Int32Array.of(number));
    },
    ready: async (plan, at, watch) => {
      const [number, ...next] = plan.slice(at, at + 1 + AHEAD).map((rows) => rows[0] as number) as [
        number,
        ...number[],
      ];
      for (const old of coming.keys()) if (old !== number && !next.includes(old)) coming.delete(old);
      const asked = ask(number);
      for (const other of next) ask(other);
      if (!(await arrives(asked, watch))) return false;
      const given = await asked;
      coming.delete(number);
      const found = partsOf(place, number, given);
      parts ??= found;
      const expected = parts.join(", ");
      if (found.join(", ") !== expected) {
        throw new ArgumentError(place.where, `${place.argument}.batch(${number})`, expected, found.join(", "));
      }
      now = { number, given };
      return true;
    },
    countOf: (rows) => current(rows).x.shape[0] as number,
    take: (rows) => {
      const { x, y, lengths } = current(rows);
      const tensors = { x: toTensor(x), y: toTensor(y) };
      return lengths ? { ...tensors, lengths: toTensor(lengths) as tf.Tensor1D } : tensors;
    },
  };
}

/** What a batch has, once it is checked as arrays are. @throws ArgumentError */
function partsOf({ where, argument }: Place, number: number, given: StreamedBatch): readonly (keyof Batch)[] {
  const place = { where, argument: `${argument}.batch(${number})` };
  if (given?.x === undefined || given.y === undefined) {
    throw new ArgumentError(where, place.argument, "{ x, y }, arrays with a shape", describe(given));
  }
  return arraySource(place, given).parts;
}
