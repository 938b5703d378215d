import { emptyLike, type NumericArray, type NumericData, numericArray } from "../array";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { type CutSource, checkLengths, type Part, partsOf, type StreamSource } from "./stream-source";

export interface StreamsOptions {
  /** The rows of a batch: so many streams run side by side. Required. */
  batchSize: number;
  /** Time steps in a batch. Required. */
  nSteps: number;
}

/** A batch of streams. */
export interface StreamBatch<X, Y = undefined> {
  /** `[batchSize, nSteps, …]` */
  readonly x: X;
  /** The targets, `[batchSize, nSteps, …]`; missing in streams without targets. */
  readonly y: Y;
  /** `[batchSize]`: 1 for a row that begins a new stream, so that its state is to begin anew; else 0. */
  readonly reset: NumericArray<Int32Array, 1>;
}

/**
 * A fixed number of batches in a fixed order, for stateful training: row i of batch k + 1 continues row i of batch k,
 * except where `reset` is 1.
 */
export interface Streams<X, Y = undefined> extends Iterable<StreamBatch<X, Y>> {
  readonly batchSize: number;
  readonly nSteps: number;
  /** The number of batches. */
  readonly count: number;
  /** The number of time steps that are in no batch. */
  readonly dropped: number;
  /** @returns batch i, a fresh copy   @throws DataError when i is not from 0 to count − 1 */
  batch(i: number): StreamBatch<X, Y>;
}

/**
 * Cuts one long series, or a list of documents, into batches for stateful training (truncated backpropagation through
 * time), as TensorFlow's `ptb_producer` does.
 *
 * Each document is cut into pieces of nSteps from its begin on. All pieces, in order, are dealt out to the rows: the first
 * `count` pieces are row 0 of the batches 0 to count − 1, the next `count` pieces are row 1, and so on. `reset` is 1 in
 * batch 0 and at the first piece of each document, so a document that two rows share begins anew in the second one.
 *
 *   batch(k).x[i, t] = series[(i·count + k)·nSteps + t]        for a single series
 *
 * What is dropped: the time steps at the end of each document that do not fill a piece (with `targets: "next"` also its
 * last time step, which is only a target), and the pieces after the last batchSize·count ones. `dropped` is their number.
 *
 * (`ptb_producer` cuts the series into rows first and then each row into pieces, so its rows begin elsewhere, and it
 * drops more: with 61 words, 2 rows and 10 steps it has 2 batches, and `streams` has 3.)
 *
 * @example
 *   const text = numericArray(Int32Array.from({ length: 61 }, (_, i) => i), [61]); // character or word indices
 *   const words = streams(text, { batchSize: 2, nSteps: 10, targets: "next" });
 *   for (const { x, y, reset } of words) {
 *     console.log(x.shape, y.data[0], reset.data); // [2, 10]; the target of the first step is the second step
 *   }
 *
 * @param array a series `[time, …]`; a list of documents of different lengths; or a record of these
 * @param options `targets: "next"`: y is x one time step later, as a language model needs it. `targets: series`: y has
 *   the time steps of another source with the same lengths. Default: no y
 * @throws DataError when there are too few time steps for one batch, parts differ in their lengths, or an option is out
 *   of range
 */
export function streams<X extends StreamSource>(
  array: X,
  options: StreamsOptions & { targets: "next" },
): Streams<CutSource<X>, CutSource<X>>;
export function streams<X extends StreamSource, Y extends StreamSource>(
  array: X,
  options: StreamsOptions & { targets: Y },
): Streams<CutSource<X>, CutSource<Y>>;
export function streams<X extends StreamSource>(array: X, options: StreamsOptions): Streams<CutSource<X>>;
export function streams(
  array: StreamSource,
  options: StreamsOptions & { targets?: "next" | StreamSource },
): Streams<unknown, unknown> {
  checkOptions("streams", options, ["batchSize", "nSteps", "targets"]);
  const { batchSize, nSteps, targets } = options;
  checkWhole("streams", "batchSize", batchSize, 1);
  checkWhole("streams", "nSteps", nSteps, 1);
  const isNext = targets === "next";
  const x = partsOf("array", array);
  const y = targets === undefined || isNext ? undefined : partsOf("targets", targets);
  const lengths = checkLengths([...x.parts, ...(y?.parts ?? [])]);
  const { document, start, time } = cutPieces(lengths, nSteps, isNext ? 1 : 0);
  const count = Math.floor(document.length / batchSize);
  if (count === 0) {
    const expected = `at least ${batchSize} pieces of ${nSteps} time steps${isNext ? " and the step after them" : ""}`;
    throw new DataError("streams", "array", expected, `${document.length}, of ${time} time steps`);
  }
  const batch = (i: number): StreamBatch<unknown, unknown> => {
    checkWhole("streams", "i", i, 0, count - 1);
    const pieces = Array.from({ length: batchSize }, (_, row) => row * count + i);
    const take = ({ documents }: Part, ahead: number) => {
      const rows = pieces.map((piece) => {
        const begin = (start[piece] as number) + ahead;
        return { of: documents[document[piece] as number] as NumericArray, begin };
      });
      return stacked(documents[0] as NumericArray, rows, nSteps);
    };
    const reset = Int32Array.from(pieces, (piece) => (i === 0 || start[piece] === 0 ? 1 : 0));
    return {
      x: x.joined((part) => take(part, 0)),
      ...(isNext && { y: x.joined((part) => take(part, 1)) }),
      ...(y && { y: y.joined((part) => take(part, 0)) }),
      reset: numericArray(reset, [batchSize]),
    } as StreamBatch<unknown, unknown>;
  };
  return {
    ...{ batchSize, nSteps, count, dropped: time - count * batchSize * nSteps, batch },
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) yield batch(i);
    },
  };
}

/** Copies nSteps time steps of each row, `[rows, nSteps, …]`. */
function stacked(
  { data: like, shape }: NumericArray,
  rows: readonly { readonly of: NumericArray; readonly begin: number }[],
  nSteps: number,
): NumericArray {
  const features = shape.slice(1);
  const step = features.reduce((product, size) => product * size, 1);
  const data: NumericData = emptyLike(like, rows.length * nSteps * step);
  rows.forEach(({ of, begin }, row) => {
    data.set(of.data.subarray(begin * step, (begin + nSteps) * step), row * nSteps * step);
  });
  return numericArray(data, [rows.length, nSteps, ...features]);
}

/** Where the pieces of a stream begin: piece k has the nSteps time steps from `start[k]` on of document `document[k]`. */
interface Pieces {
  readonly document: Int32Array;
  readonly start: Int32Array;
  /** The number of time steps of all documents. */
  readonly time: number;
}

/**
 * Cuts each document into pieces of nSteps, from its begin on, in order. The rest of a document is in no piece.
 *
 * @param ahead how many further time steps the last piece needs: 1 where targets are the next time steps
 */
function cutPieces(lengths: readonly number[], nSteps: number, ahead: number): Pieces {
  const counts = lengths.map((length) => Math.max(0, Math.floor((length - ahead) / nSteps)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [document, start] = [new Int32Array(total), new Int32Array(total)];
  let piece = 0;
  counts.forEach((count, index) => {
    for (let i = 0; i < count; i++, piece++) {
      document[piece] = index;
      start[piece] = i * nSteps;
    }
  });
  return { document, start, time: lengths.reduce((sum, length) => sum + length, 0) };
}
