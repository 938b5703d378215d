import { type NumericArray, numericArray } from "../../array";
import { checkOptions } from "../../check-options";
import { checkWhole, DataError } from "../../errors";
import type { StreamBatch, Streams, StreamsOptions } from "../../sequences/streams";
import type { ReadIds } from "./read-ids";

type Ids = NumericArray<Int32Array, 2>;

/** Batches of one long series of ids, as `streams` cuts them: with the targets one time step later, or without. */
export interface TokenStreams {
  (options: StreamsOptions & { targets: "next" }): Streams<Ids, Ids>;
  (options: StreamsOptions): Streams<Ids>;
}

/** @param begin of the series in the file; @param length of the series */
export function tokenStreams(read: ReadIds, path: string, begin: number, length: number): TokenStreams {
  function cut(options: StreamsOptions & { targets: "next" }): Streams<Ids, Ids>;
  function cut(options: StreamsOptions): Streams<Ids>;
  function cut(options: StreamsOptions & { targets?: "next" }): Streams<Ids, unknown> {
    checkOptions("streams", options, ["batchSize", "nSteps", "targets"]);
    const { batchSize, nSteps, targets } = options;
    checkWhole("streams", "batchSize", batchSize, 1);
    checkWhole("streams", "nSteps", nSteps, 1);
    if (targets !== undefined && targets !== "next") {
      throw new DataError("streams", "targets", '"next", or none', JSON.stringify(targets) ?? typeof targets);
    }
    const ahead = targets === "next" ? 1 : 0;
    const pieces = Math.max(0, Math.floor((length - ahead) / nSteps));
    const count = Math.floor(pieces / batchSize);
    if (count === 0) {
      const expected = `at least ${batchSize} pieces of ${nSteps} ids${ahead ? " and the id after them" : ""}`;
      throw new DataError(path, "length", expected, `${pieces}, of ${length} ids`);
    }
    const batch = (i: number): StreamBatch<Ids, unknown> => {
      checkWhole("streams", "i", i, 0, count - 1);
      const rows = Array.from({ length: batchSize }, (_, row) => ({
        begin: begin + (row * count + i) * nSteps,
        into: new Int32Array(nSteps + ahead),
      }));
      read(rows);
      const stacked = (from: number) => {
        const data = new Int32Array(batchSize * nSteps);
        rows.forEach(({ into }, row) => {
          data.set(into.subarray(from, from + nSteps), row * nSteps);
        });
        return numericArray(data, [batchSize, nSteps]);
      };
      const reset = numericArray(new Int32Array(batchSize).fill(i === 0 ? 1 : 0), [batchSize]);
      return { x: stacked(0), ...(ahead ? { y: stacked(1) } : {}), reset } as StreamBatch<Ids, unknown>;
    };
    return {
      ...{ batchSize, nSteps, count, dropped: length - count * batchSize * nSteps, batch },
      *[Symbol.iterator]() {
        for (let i = 0; i < count; i++) yield batch(i);
      },
    };
  }
  return cut;
}
