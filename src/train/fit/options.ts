import { ArgumentError, Optimizer } from "../../rnn";
import type { Callback } from "../callback";
import { checkCount, checkFunction, checkNumber, checkOptions, describe } from "../checks";
import type { TrainingData } from "../examples/source";
import type { StreamedExamples } from "../examples/streamed";
import type { Metric } from "../measure/metrics";
import { checkMetrics } from "../measure/metrics";
import { bar } from "../progress/bar";
import { lines } from "../progress/lines";
import type { Reporter } from "../progress/reporter";
import type { TermsOf } from "../step/terms";

export interface FitOptions {
  /** `(outputs, y, lengths?)` to one term an example, or { sum, count }: `crossEntropy`, `squaredError`, or your own. */
  loss: TermsOf;
  optimizer: Optimizer;
  /** The number of the last epoch, as in Keras: with `initialEpoch: 3, epochs: 5` two are trained. 1 unless told. */
  epochs?: number;
  /** 32 unless told. The last batch of an epoch may be shorter, and trains too. */
  batchSize?: number;
  /** Fixes the order of the examples and what dropout draws; 0 unless told. */
  seed?: number;
  /** false: examples in their own order. */
  shuffle?: boolean;
  /** What to measure after each epoch, under `val_…`. */
  validationData?: TrainingData | StreamedExamples;
  /** Rows in a batch of measuring; it changes no value. The larger of 256 and `batchSize` unless told. */
  measuringBatchSize?: number;
  /** Measures by name, of the training data after each epoch and of the validation data. */
  metrics?: Readonly<Record<string, Metric>>;
  /**
   * How much of the training data the metrics measure after each epoch, with the weights as they are then and without
   * dropout: all (true, unless told), none, or that many of its first rows. It costs a forward pass.
   */
  trainingMetrics?: boolean | number;
  callbacks?: readonly Callback[];
  /**
   * false: operation by operation, many times slower, with the same numbers. Unless told, true with the native engine.
   */
  compiled?: boolean;
  /** Into how many parts a compiled step cuts a batch; one a core unless told. */
  shards?: number;
  /** Into how many lengths ragged sequences are put, at most; 4 unless told. Each is a graph of its own. */
  buckets?: number;
  /** Ends the training within a step: `history.stopped` is "aborted". */
  signal?: AbortSignal;
  /** "bar" in a terminal and "lines" elsewhere, unless told; a reporter of your own; false for nothing. */
  progress?: "bar" | "lines" | Reporter | false;
  /**
   * A folder that ModelCheckpoint writes to: goes on from its latest checkpoint as if that training had never stopped, or
   * begins where there is none. It is a ModelCheckpoint among the callbacks that writes there.
   */
  resume?: string;
  /** Goes on with a model as it is: `history.next` of the one before says where. */
  initialEpoch?: number;
  /** Batches of that epoch that were trained already. */
  initialBatch?: number;
  /** Their mean loss, so that the epoch's is the whole one's. */
  initialLoss?: number;
}

/** The options with their defaults. */
export type FitSettings = Required<
  Omit<FitOptions, "shards" | "signal" | "progress" | "validationData" | "compiled" | "initialLoss" | "resume">
> &
  Pick<FitOptions, "shards" | "signal" | "validationData" | "compiled" | "initialLoss" | "resume"> & {
    readonly reporter: Reporter;
  };

const KNOWN = [
  ...["loss", "optimizer", "epochs", "batchSize", "seed", "shuffle", "validationData", "measuringBatchSize"],
  ...["metrics", "trainingMetrics", "callbacks", "compiled", "shards", "buckets", "signal", "progress"],
  ...["resume", "initialEpoch", "initialBatch", "initialLoss"],
];

/** @throws ArgumentError naming the option, what was expected and what came */
export function settingsOf(where: string, options: FitOptions): FitSettings {
  checkOptions(where, options, KNOWN);
  const { progress, ...given } = options;
  const batchSize = given.batchSize ?? 32;
  const settings: Omit<FitSettings, "reporter"> = {
    ...{ epochs: 1, seed: 0, shuffle: true, metrics: {}, trainingMetrics: true, callbacks: [], buckets: 4 },
    ...{ initialEpoch: 0, initialBatch: 0 },
    ...told(given),
    batchSize,
    measuringBatchSize: given.measuringBatchSize ?? Math.max(256, Number(batchSize)),
  };
  checkFunction(where, "loss", settings.loss);
  if (!(settings.optimizer instanceof Optimizer)) {
    throw new ArgumentError(
      where,
      "optimizer",
      "one of unroll/rnn's, say an AdamOptimizer",
      describe(settings.optimizer),
    );
  }
  for (const name of ["epochs", "batchSize", "measuringBatchSize", "buckets"] as const) {
    checkCount(where, name, settings[name]);
  }
  for (const name of ["initialEpoch", "initialBatch"] as const) checkCount(where, name, settings[name], 0);
  if (settings.shards !== undefined) checkCount(where, "shards", settings.shards);
  checkCount(where, "seed", settings.seed, Number.MIN_SAFE_INTEGER);
  if (settings.initialLoss !== undefined) checkNumber(where, "initialLoss", settings.initialLoss);
  for (const name of ["shuffle", "compiled"] as const) checkBoolean(where, name, settings[name]);
  if (typeof settings.trainingMetrics !== "boolean") checkCount(where, "trainingMetrics", settings.trainingMetrics);
  if (settings.signal !== undefined && typeof settings.signal?.addEventListener !== "function") {
    throw new ArgumentError(where, "signal", "an AbortSignal", describe(settings.signal));
  }
  checkMetrics(where, settings.metrics);
  checkCallbacks(where, settings.callbacks);
  checkResume(where, given);
  const callbacks = [...settings.callbacks].sort((a, b) => Number(a.isLast ?? false) - Number(b.isLast ?? false));
  return { ...settings, callbacks, reporter: reporterOf(where, progress) };
}

/** An option that is given as undefined is not given. */
function told<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function checkBoolean(where: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean")
    throw new ArgumentError(where, name, "true or false", describe(value));
}

function checkCallbacks(where: string, callbacks: readonly Callback[]): void {
  if (!Array.isArray(callbacks)) throw new ArgumentError(where, "callbacks", "a list", describe(callbacks));
  const wrong = callbacks.findIndex((each) => each === null || typeof each !== "object");
  if (wrong < 0) return;
  throw new ArgumentError(where, `callbacks[${wrong}]`, "an object with hooks", describe(callbacks[wrong]));
}

function checkResume(where: string, { resume, ...given }: Partial<FitOptions>): void {
  if (resume === undefined) return;
  if (typeof resume !== "string" || resume === "") {
    throw new ArgumentError(where, "resume", "a folder of checkpoints, say runs/first", describe(resume));
  }
  const also = (["initialEpoch", "initialBatch", "initialLoss"] as const).find((name) => given[name] !== undefined);
  if (also !== undefined) throw new ArgumentError(where, also, "nothing, as resume says where to go on", "a value");
}

function reporterOf(where: string, progress: FitOptions["progress"]): Reporter {
  if (progress === false) return {};
  if (progress === undefined) return process.stdout.isTTY ? bar(process.stdout) : lines();
  if (progress === "bar") return bar(process.stdout);
  if (progress === "lines") return lines();
  if (progress !== null && typeof progress === "object") return progress;
  throw new ArgumentError(where, "progress", '"bar", "lines", false or a reporter', describe(progress));
}
