import * as tf from "../../tf";
import type { EvaluateHooks } from "../callback-hooks";
import type { Direction } from "../direction";
import { naturalOrder, type Plan } from "../examples/plan/order";
import type { Batch, Source } from "../examples/source";
import type { Logs } from "../history";
import { examplesOf, type LossPart, type OutputTerms, termsOf } from "../loss/batch-loss";
import { lossNames } from "../loss/epoch-losses";
import { sumAndCount, weightedCount } from "../loss/terms";
import { type BatchFunction, batchFunction } from "../step/batch-function";
import type { StepOptions } from "../step/batch-tensors";
import type { StopWatch } from "../stop";
import type { Structure } from "../structure";
import { OverAll } from "./all/over-all";
import { type MetricsOption, namedMetrics, splitMetric } from "./metrics";
import { MetricsOverAll } from "./metrics-over-all";

/** Measures a model on a whole data set, as often as it is asked. */
export interface Measurement {
  /** The names of the measures, in this order. */
  readonly names: readonly string[];
  /** Whether small or large values are good, for the loss and for each metric that says so. */
  readonly directions: Readonly<Record<string, Direction>>;
  /** @returns the values by name; undefined when the measurement was stopped */
  run(watch: Pick<StopWatch, "reason" | "yieldIfDue">, hooks?: EvaluateHooks): Promise<Logs | undefined>;
  /** Measures the first batch of data that are not streamed, and drops the result. */
  tryOut(): void;
  dispose(): void;
}

/** One sum and one count of a batch. */
interface Measure extends OutputTerms {
  /** For messages. */
  readonly argument: string;
  /** Whether sample weights count in the count too, as they do for metrics. */
  readonly isMetric: boolean;
}

/** Loss and metrics of a data set: Σ sum / Σ count over all batches, never a mean of means. */
export function measurement(
  options: StepOptions & { readonly batchSize: number },
  loss: readonly LossPart[],
  metrics: MetricsOption,
): Measurement {
  const { where, source, batchSize } = options;
  const named = namedMetrics(metrics);
  const means = named.flatMap(({ metric, ...each }) =>
    metric instanceof OverAll ? [] : [{ ...each, ...splitMetric(metric) }],
  );
  const overAll = new MetricsOverAll(where, named);
  const measures: Measure[] = [
    ...loss.map((part) => ({ ...part, argument: argumentOf("loss", part.output), isMetric: false })),
    ...means.map(({ name, output, terms }) => ({ output, of: terms, argument: name, isMetric: true })),
  ];
  const sums = batchFunction(options, (batch, outputs) => {
    const scalars = measures.flatMap((measure) => sumsOf(where, measure, outputs, batch));
    return [scalars.length > 0 ? tf.stack(scalars) : tf.zeros([0]), ...overAll.tensorsOf(outputs, batch)];
  });
  const plan = source.plan(batchSize);
  const names = [...lossLogNames(loss), ...named.map(({ name }) => name)];
  return {
    names,
    directions: {
      ...Object.fromEntries(lossLogNames(loss).map((name) => [name, "min" as const])),
      ...Object.fromEntries(named.flatMap(({ name, metric: { mode } }) => (mode ? [[name, mode] as const] : []))),
    },
    dispose: sums.dispose,
    tryOut: () => {
      tf.dispose([...sums.run(plan.at(0))]); // compiled, this builds the graph that later runs use
    },
    run: async (watch, hooks) => {
      const totals = new Float64Array(measures.length * 2);
      const logs = (): Logs => {
        const mean = measures.map((_, i) => (totals[2 * i] as number) / (totals[2 * i + 1] as number));
        const ofMeans = means.map(({ name, of }, i) => [name, of(mean[loss.length + i] as number)] as const);
        return { ...lossLogs(loss, mean), ...Object.fromEntries(ofMeans) };
      };
      overAll.clear();
      try {
        await hooks?.begin();
        const pass = { source, plan, overAll };
        if (!(await addTotals(totals, sums, pass, watch, hooks && { ...hooks, logs }))) return undefined;
        const values: Logs = { ...logs(), ...overAll.values() };
        const inOrder = Object.fromEntries(names.map((name) => [name, values[name] as number]));
        await hooks?.end(inOrder);
        return inOrder;
      } finally {
        overAll.clear();
      }
    },
  };
}

function sumsOf(where: string, measure: Measure, outputs: Structure<tf.Tensor>, batch: Batch): tf.Scalar[] {
  const { value, counted, counting } = termsOf(where, measure.argument, measure, outputs, batch);
  const weighed = measure.isMetric ? weightedCount(value, counted, counting) : counted;
  const { sum, count } = sumAndCount(weighed, examplesOf(batch));
  return [sum, count];
}

const argumentOf = (root: string, output: string | undefined) => (output === undefined ? root : `${root}.${output}`);

/** "loss", and where the loss has several functions, "tags_loss" for each. */
const lossLogNames = (loss: readonly LossPart[]): string[] => (loss.length === 0 ? [] : ["loss", ...lossNames(loss)]);

/** @param means of the loss's functions first */
function lossLogs(loss: readonly LossPart[], means: readonly number[]): Logs {
  if (loss.length === 0) return {};
  const total = loss.reduce((sum, { weight }, i) => sum + weight * (means[i] as number), 0);
  const each = lossNames(loss).map((name, i) => [name, means[i] as number]);
  return { loss: total, ...Object.fromEntries(each) };
}

/** Adds the sums and counts of all batches. @returns false when the measurement was stopped */
async function addTotals(
  totals: Float64Array,
  sums: BatchFunction,
  { source, plan, overAll }: { source: Source; plan: Plan; overAll: MetricsOverAll },
  watch: Pick<StopWatch, "reason" | "yieldIfDue">,
  hooks: (EvaluateHooks & { readonly logs: () => Logs }) | undefined,
): Promise<boolean> {
  // once is enough: where the first such batch has good labels, weights or inputs made the NaN
  let labelsChecked = false;
  for (let position = 0; position < plan.length; position++) {
    const indices = plan.at(position);
    if (watch.reason !== undefined) return false;
    if (source.ready && !(await source.ready(plan, position, watch))) return false;
    await hooks?.batchBegin(position);
    const values = valuesOf(sums.run(indices) as [tf.Tensor, ...tf.Tensor[]], overAll);
    values.forEach((value, i) => {
      totals[i] = (totals[i] as number) + value;
    });
    const allFinite = values.every(Number.isFinite);
    if (!allFinite && !labelsChecked) sums.findLabelError(indices);
    labelsChecked ||= !allFinite;
    await hooks?.batchEnd(position, hooks.logs);
    await watch.yieldIfDue();
  }
  return true;
}

/** Reads the sums and counts of a batch, collects the rest, and disposes all. */
function valuesOf([result, ...collected]: [tf.Tensor, ...tf.Tensor[]], overAll: MetricsOverAll): Float32Array {
  try {
    overAll.add(collected);
    return result.dataSync() as Float32Array;
  } finally {
    tf.dispose([result, ...collected]);
  }
}

/** A source of the first `count` examples of another source. */
export function firstExamples(source: Source, count: number): Source {
  if (count >= source.count) return source;
  const firstOf = (indices: Int32Array) => indices.filter((index) => index < count);
  const plan: Source["plan"] = (batchSize) => {
    const whole = source.plan(batchSize);
    const positions = naturalOrder(whole.length).filter((position) => firstOf(whole.at(position)).length > 0);
    return { length: positions.length, at: (position) => firstOf(whole.at(positions[position] as number)) };
  };
  return { ...source, count, plan };
}
