import { ArgumentError } from "../../rnn";
import { checkCount, checkOptions } from "../checks";
import type { Examples, Source } from "../examples/source";
import type { StreamedExamples } from "../examples/streamed";
import { sourceOf } from "../examples/training-data";
import { warnOfUnusedLengths } from "../examples/unused-lengths";
import { checkModel, type Model } from "../model";
import { willCompile } from "../step/step";
import { type StopWatch, stopError, watchForStop } from "../stop";

/** How a data set is gone through once. */
export interface PassOptions {
  /** 256 unless told; it changes no value. */
  batchSize?: number;
  /** Compiled where it can be and there are 8 batches or more, unless told; the numbers are the same. */
  compiled?: boolean;
  /** Into how many lengths ragged sequences are put, at most; 4 unless told. */
  buckets?: number;
  /** Ends the pass; the promise is rejected with the signal's reason then. */
  signal?: AbortSignal;
}

/** What one pass over a data set is done with. */
export interface Pass {
  readonly where: string;
  readonly model: Model;
  readonly source: Source;
  readonly compiled: boolean;
  readonly batchSize: number;
  readonly watch: StopWatch;
}

/**
 * Goes through a data set once, without training.
 *
 * @param use what is done; undefined when it was stopped
 * @throws ArgumentError for options and data that do not fit; the signal's reason when it is aborted, an AbortError at
 *   Ctrl-C
 */
export async function passOver<T>(
  { where, more = [], ...ways }: { where: string; needsY: boolean; mayStream?: boolean; more?: readonly string[] },
  model: Model,
  data: Examples | StreamedExamples,
  options: PassOptions,
  use: (pass: Pass) => Promise<T | undefined>,
): Promise<T> {
  checkModel(where, model);
  checkOptions(where, options, [...more, "batchSize", "compiled", "buckets", "signal"]);
  const { batchSize = 256, buckets = 4, signal } = options;
  checkCount(where, "batchSize", batchSize);
  const source = sourceOf(where, "data", data, { ...ways, buckets });
  warnOfUnusedLengths(where, model, source);
  if (source.isStreamed && options.batchSize !== undefined) {
    throw new ArgumentError(where, "batchSize", "none, as batches come as they are", `${batchSize}`);
  }
  const compiled = willCompile(where, options.compiled, source.plan(batchSize).length);
  const watch = await watchForStop(signal);
  try {
    const result = await use({ where, model, source, compiled, batchSize, watch });
    if (result !== undefined) return result;
    throw stopError(where, signal);
  } finally {
    watch.off();
  }
}
