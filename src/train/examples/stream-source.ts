import { withoutUndefined } from "../../arguments";
import type { Streams } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import { type ArgumentLocation, checkCount, checkFunction } from "../checks";
import type { Structure } from "../structure";
import type { Part } from "./data";
import { inMemorySource } from "./in-memory";
import { checkNoParts } from "./parts";
import { naturalOrder, planOfNumbers } from "./plan/order";
import type { Source } from "./source";

/** Streams whose batches a model can take: cut by `streams` of unroll/data, or made by hand in the same form. */
export type StreamsOf<X extends Structure<Part> = Structure<Part>, Y = Structure<Part> | undefined> = Pick<
  Streams<X, Y>,
  "batchSize" | "nSteps" | "count" | "batch"
>;

export const isStreams = (data: unknown): data is StreamsOf => {
  const { batch, count, nSteps } = (data ?? {}) as Partial<StreamsOf>;
  return typeof batch === "function" && typeof count === "number" && typeof nSteps === "number";
};

/**
 * A source of streams: an index is the number of a batch, whose rows go on from the batch before. They are never shuffled.
 *
 * @throws ArgumentError for streams without targets where they are needed, and for a batch that does not fit
 */
export function streamSource(location: ArgumentLocation, given: StreamsOf, needsY: boolean): Source {
  const { where, argument } = location;
  const { count, batchSize } = given;
  checkNoParts(location, given);
  checkCount(where, `${argument}.count`, count);
  checkCount(where, `${argument}.batchSize`, batchSize);
  checkFunction(where, `${argument}.batch`, given.batch);
  const sourceAt = (number: number): { readonly source: Source; readonly reset: Int32Array } => {
    const at = { where, argument: `${argument}.batch(${number})` };
    const { reset, ...data } = given.batch(number);
    const { y } = data;
    if (y === undefined && needsY) {
      throw new ArgumentError(where, `${at.argument}.y`, 'targets: streams(…, { targets: "next" })', "none");
    }
    if (!(reset?.data instanceof Int32Array) || reset.data.length !== batchSize) {
      throw new ArgumentError(where, `${at.argument}.reset`, `int32 [${batchSize}], 1 where a row begins anew`, "none");
    }
    const goesOn = number === 0 ? reset.data.indexOf(0) : -1;
    if (goesOn >= 0) {
      const expected = "1, because an epoch begins with the first batch, and no row goes on from the epoch before";
      throw new ArgumentError(where, `${at.argument}.reset[${goesOn}]`, expected, "0");
    }
    const source = inMemorySource(at, withoutUndefined(data), { buckets: 1 });
    if (source.count !== batchSize) {
      throw new ArgumentError(where, `${at.argument}.x`, `${batchSize} rows, as the streams have`, `${source.count}`);
    }
    return { source, reset: reset.data };
  };
  const { paths } = sourceAt(0).source;
  const checkPaths = (number: number, found: readonly string[]) => {
    if (found.join() === paths.join()) return;
    throw new ArgumentError(where, `${argument}.batch(${number})`, paths.join(), found.join());
  };
  return {
    count,
    isPadded: false,
    isStateful: true,
    paths: [...paths, "reset"],
    argumentAt: (path, [number], i) => `${argument}.batch(${number}).${path}[${i}]`,
    plan: () => planOfNumbers(count),
    countOf: () => batchSize,
    take: ([number]) => {
      const { source, reset } = sourceAt(number as number);
      checkPaths(number as number, source.paths);
      return { ...source.take(naturalOrder(batchSize)), reset: toTensor({ data: reset, shape: [batchSize] }) };
    },
  };
}
