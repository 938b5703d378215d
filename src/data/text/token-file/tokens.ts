import { type NumericArray, numericArray } from "../../array";
import { checkWhole } from "../../errors";
import type { ReadIds } from "./read-ids";
import { type TokenStreams, tokenStreams } from "./streams";

/** Token ids that stay on the disk, and are read where they are needed. */
export interface Tokens {
  /** The number of ids. */
  readonly length: number;
  /** Reads the ids from `begin` up to, not including, `end`. @throws DataError out of range, and for a file that changed */
  read(begin: number, end: number): NumericArray<Int32Array, 1>;
  /** The ids from `begin` up to, not including, `end`, which stay on the disk: the last tenth for validation. @throws DataError out of range */
  slice(begin: number, end?: number): Tokens;
  /**
   * Batches for stateful training, as `streams` cuts them from ids in memory. A batch is read when `fit` asks for it.
   * With `targets: "next"` y is x one time step later.
   *
   * @throws DataError when there are too few ids for one batch, or an option is out of range
   */
  readonly streams: TokenStreams;
}

/** A range of the ids of a file. */
export function tokensOf(read: ReadIds, path: string, begin: number, end: number): Tokens {
  const length = end - begin;
  const check = (where: string, from: number, to: number) => {
    checkWhole(where, "begin", from, 0, length);
    checkWhole(where, "end", to, from, length);
  };
  return {
    length,
    read: (from, to) => {
      check("read", from, to);
      const into = new Int32Array(to - from);
      read([{ begin: begin + from, into }]);
      return numericArray(into, [into.length]);
    },
    slice: (from, to = length) => {
      check("slice", from, to);
      return tokensOf(read, path, begin + from, begin + to);
    },
    streams: tokenStreams(read, path, begin, length),
  };
}
