import { withoutUndefined } from "../../arguments";
import { ArgumentError, Optimizer } from "../../rnn";
import { checkCallbacks } from "../callback-hooks";
import { checkCount, checkOptions, describe } from "../checks";
import { lossNames } from "../loss/epoch-losses";
import { expectedOptimizer } from "../loss/names-as-text";
import { checkLoss } from "../loss/step-loss";
import { checkMetrics } from "../measure/metrics";
import { bar } from "../progress/bar";
import { lines } from "../progress/lines";
import type { Reporter } from "../progress/reporter";
import { isRecord } from "../structure";
import type { FitOptions, FitSettings } from "./options";

const KNOWN = [
  ...["loss", "optimizer", "epochs", "batchSize", "seed", "shuffle", "validationData", "measuringBatchSize"],
  ...["metrics", "trainingMetrics", "everyEpochs", "callbacks", "compiled", "shards", "buckets", "signal", "progress"],
  ...["resume", "initialEpoch", "initialBatch", "initialSums", "lossWeights", "classWeights"],
];

/**
 * Checks the options and adds the defaults.
 *
 * @throws ArgumentError naming the option, what was expected and what it is
 */
export function settingsOf(where: string, options: FitOptions): FitSettings {
  checkOptions(where, options, KNOWN);
  const { progress, lossWeights, ...given } = options;
  const batchSize = given.batchSize ?? 32;
  const settings: Omit<FitSettings, "reporter" | "parts"> = {
    ...{ epochs: 1, seed: 0, shuffle: true, metrics: {}, trainingMetrics: true, everyEpochs: 1, callbacks: [] },
    ...{ buckets: 4 },
    ...{ initialEpoch: 0, initialBatch: 0 },
    ...withoutUndefined(given),
    batchSize,
    measuringBatchSize: given.measuringBatchSize ?? Math.max(256, Number(batchSize)),
  };
  const parts = checkLoss(where, settings.loss, lossWeights);
  checkSettings(where, settings, lossNames(parts));
  checkResume(where, given);
  const callbacks = [...settings.callbacks].sort((a, b) => Number(a.isLast ?? false) - Number(b.isLast ?? false));
  return { ...settings, parts, callbacks, reporter: reporterOf(where, progress) };
}

function checkSettings(
  where: string,
  settings: Omit<FitSettings, "reporter" | "parts">,
  losses: readonly string[],
): void {
  const { optimizer, seed, shards, initialSums, classWeights, trainingMetrics, signal } = settings;
  if (!(optimizer instanceof Optimizer)) {
    const isClass = (optimizer as { prototype?: unknown } | undefined)?.prototype instanceof Optimizer;
    throw new ArgumentError(where, "optimizer", expectedOptimizer(optimizer, isClass), describe(optimizer));
  }
  for (const name of ["epochs", "batchSize", "measuringBatchSize", "buckets", "everyEpochs"] as const) {
    checkCount(where, name, settings[name]);
  }
  for (const name of ["initialEpoch", "initialBatch"] as const) checkCount(where, name, settings[name], 0);
  if (settings.everyEpochs > settings.epochs) {
    throw new ArgumentError(where, "everyEpochs", `1 to ${settings.epochs}, the epochs`, `${settings.everyEpochs}`);
  }
  if (shards !== undefined) checkCount(where, "shards", shards);
  checkCount(where, "seed", seed, Number.MIN_SAFE_INTEGER);
  checkSums(where, initialSums);
  if (classWeights !== undefined && !isRecord(classWeights)) {
    throw new ArgumentError(where, "classWeights", "weights by class number, { 0: 1, 1: 5 }", describe(classWeights));
  }
  for (const name of ["shuffle", "compiled"] as const) checkBoolean(where, name, settings[name]);
  if (typeof trainingMetrics !== "boolean") checkCount(where, "trainingMetrics", trainingMetrics);
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new ArgumentError(where, "signal", "an AbortSignal", describe(signal));
  }
  const taken = losses.find((name) => name.startsWith("val_"));
  if (taken !== undefined) {
    const expected = "outputs with other names than val and val_…, which records use for the validation data";
    throw new ArgumentError(where, "loss", expected, taken.slice(0, -"_loss".length));
  }
  checkMetrics(where, settings.metrics, losses);
  checkCallbacks(where, settings.callbacks);
}

function checkSums(where: string, sums: unknown): void {
  if (sums === undefined) return;
  const isSum = (each: unknown) => isRecord(each) && Number.isFinite(each.sum) && Number.isFinite(each.count);
  if (isRecord(sums) && Object.values(sums).every(isSum)) return;
  throw new ArgumentError(where, "initialSums", "history.next.sums of the fit before", describe(sums));
}

function checkBoolean(where: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean")
    throw new ArgumentError(where, name, "true or false", describe(value));
}

function checkResume(where: string, { resume, ...given }: Partial<FitOptions>): void {
  if (resume === undefined) return;
  if (typeof resume !== "string" || resume === "") {
    throw new ArgumentError(where, "resume", "a folder of checkpoints, say runs/first", describe(resume));
  }
  const also = (["initialEpoch", "initialBatch", "initialSums"] as const).find((name) => given[name] !== undefined);
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
