import { ArgumentError } from "../../rnn";
import type { PassRun } from "../callback";
import { checkCount, checkOptions } from "../checks";
import type { Examples } from "../examples/data";
import type { Source } from "../examples/source";
import type { StreamsOf } from "../examples/stream-source";
import type { StreamedExamples } from "../examples/streamed";
import { type SourceOptions, sourceOf } from "../examples/training-data";
import { type AnyModel, checkModel } from "../model";
import { checkTakesStreams } from "../stateful-model";
import { takesLengths, warnOfUnusedLengths } from "../step/unused-lengths";
import { willCompile } from "../step/will-compile";
import { type StopWatch, stopError, watchForStop } from "../stop";

/** Options of a pass over a data set. */
export interface PassOptions {
  /** Examples in a batch; it changes no value. Default: 256. */
  batchSize?: number;
  /**
   * true: runs as a native graph; false: one operation at a time, with the same numbers. Default: true with the native
   * engine and 8 batches or more.
   */
  compiled?: boolean;
  /** The largest number of lengths to which ragged sequences are padded. Default: 4. */
  buckets?: number;
  /** Ends the pass: the promise is rejected with the signal's reason. Default: none. */
  signal?: AbortSignal;
}

/** A checked pass over a data set. */
export interface Pass {
  readonly where: string;
  readonly model: AnyModel;
  readonly source: Source;
  readonly compiled: boolean;
  readonly batchSize: number;
  readonly watch: StopWatch;
}

/** A pass, as callbacks see it. */
export const passRunOf = ({ model, source, batchSize }: Omit<Pass, "watch">, where: PassRun["where"]): PassRun => ({
  ...{ where, model, batchSize },
  batches: source.plan(batchSize).length,
});

/** What a function wants of its pass. */
interface PassSettings extends Pick<SourceOptions, "needsY" | "mayStream" | "checkTargets"> {
  readonly where: string;
  /** The names of further options. */
  readonly more?: readonly string[];
}

/**
 * Checks the arguments of a pass over a data set, and runs the pass.
 *
 * @param use does the pass; it returns undefined when the pass was stopped
 * @throws ArgumentError for options and data that do not fit; the signal's reason when it is aborted, an AbortError at
 *   Ctrl-C
 */
export async function passOver<T>(
  { where, more = [], ...settings }: PassSettings,
  model: AnyModel,
  data: Examples | StreamedExamples | StreamsOf,
  options: PassOptions,
  use: (pass: Pass) => Promise<T | undefined>,
): Promise<T> {
  checkModel(where, model);
  checkOptions(where, options, [...more, "batchSize", "compiled", "buckets", "signal"]);
  const { batchSize = 256, buckets = 4, signal } = options;
  checkCount(where, "batchSize", batchSize);
  const source = sourceOf({ where, argument: "data" }, data, {
    ...settings,
    buckets,
    roundsUp: takesLengths(model),
    model,
  });
  warnOfUnusedLengths(where, model, source);
  checkTakesStreams(where, model, source);
  if ((source.isStreamed || source.isStateful) && options.batchSize !== undefined) {
    throw new ArgumentError(where, "batchSize", "none, as batches come as they are", `${batchSize}`);
  }
  const compiled = willCompile(where, options.compiled, source.plan(batchSize).length);
  const watch = await watchForStop(signal);
  try {
    const result = await use({ where, model, source, compiled, batchSize, watch });
    if (result !== undefined) return result;
    throw stopError(where, signal);
  } finally {
    watch.close();
  }
}
