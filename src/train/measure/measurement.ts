import * as tf from "../../tf";
import type { Source } from "../examples/source";
import type { Logs } from "../history";
import { callModel } from "../model";
import { type BatchFunction, batchFunction } from "../step/batch-function";
import type { StepOptions } from "../step/batch-tensors";
import { sumAndCount, type TermsOf } from "../step/terms";
import type { StopWatch } from "../stop";
import { type Metric, splitMetric } from "./metrics";

/** Measures a model on a whole data set, as often as it is asked. */
export interface Measurement {
  /** The names of the measures, in this order. */
  readonly names: readonly string[];
  /** @returns the values by name; undefined when the measurement was stopped */
  run(watch: Pick<StopWatch, "reason" | "yieldIfDue">): Promise<Logs | undefined>;
  /** Measures the first batch of data that are not streamed, and drops the result. */
  tryOut(): void;
  dispose(): void;
}

/** Loss and metrics of a data set: Σ sum / Σ count over all batches, never a mean of means. */
export function measurement(
  options: StepOptions & { readonly batchSize: number },
  loss: TermsOf | undefined,
  metrics: Readonly<Record<string, Metric>>,
): Measurement {
  const { where, model, source, batchSize } = options;
  const measures = Object.entries({ ...(loss && { loss }), ...metrics }).map(([name, metric]) => ({
    name,
    ...splitMetric(metric),
  }));
  const sums = batchFunction(options, ({ x, y, lengths }) => {
    const outputs = callModel(where, model, x, lengths);
    return tf.stack(
      measures.flatMap(({ name, terms }) => {
        const { sum, count } = sumAndCount(where, name, terms(outputs, y, lengths));
        return [sum, count];
      }),
    );
  });
  const plan = source.plan(batchSize);
  return {
    names: measures.map(({ name }) => name),
    dispose: sums.dispose,
    tryOut: () => {
      const [first] = plan as [Int32Array];
      sums.run(first).dispose(); // compiled, this builds the graph that later runs use
    },
    run: async (watch) => {
      const totals = await totalsOf(sums, { source, plan }, measures.length * 2, watch);
      if (totals === undefined) return undefined;
      const mean = (i: number) => (totals[2 * i] as number) / (totals[2 * i + 1] as number);
      return Object.fromEntries(measures.map(({ name, of }, i) => [name, of(mean(i))]));
    },
  };
}

async function totalsOf(
  sums: BatchFunction,
  { source, plan }: { readonly source: Source; readonly plan: readonly Int32Array[] },
  size: number,
  watch: Pick<StopWatch, "reason" | "yieldIfDue">,
): Promise<Float64Array | undefined> {
  const totals = new Float64Array(size);
  // once is enough: where the first such batch has good labels, weights or inputs made the NaN
  let labelsChecked = false;
  for (const [position, indices] of plan.entries()) {
    if (watch.reason !== undefined) return undefined;
    if (source.ready && !(await source.ready(plan, position, watch))) return undefined;
    const result = sums.run(indices);
    const values = result.dataSync();
    values.forEach((value, i) => {
      totals[i] = (totals[i] as number) + value;
    });
    const allFinite = values.every(Number.isFinite);
    result.dispose();
    if (!allFinite && !labelsChecked) sums.findLabelError(indices);
    labelsChecked ||= !allFinite;
    await watch.yieldIfDue();
  }
  return totals;
}

/** A source of the first `count` examples of another source. */
export function firstExamples(source: Source, count: number): Source {
  if (count >= source.count) return source;
  const plan: Source["plan"] = (batchSize) =>
    source
      .plan(batchSize)
      .map((indices) => indices.filter((index) => index < count))
      .filter(({ length }) => length > 0);
  return { ...source, count, plan };
}
