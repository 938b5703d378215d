import * as tf from "../../tf";
import type { Source } from "../examples/source";
import type { Logs } from "../history";
import { callModel } from "../model";
import { type BatchFunction, batchFunction, type StepOptions } from "../step/step";
import { sumAndCount, type TermsOf } from "../step/terms";
import type { StopWatch } from "../stop";
import { type Metric, splitMetric } from "./metrics";

/** Measures a model on a whole data set, again and again. */
export interface Measurement {
  /** What is measured, in this order. */
  readonly names: readonly string[];
  /** @returns the values by name; undefined when it was stopped */
  run(watch: Pick<StopWatch, "reason" | "turn">): Promise<Logs | undefined>;
  /** Measures a first batch of data that are not streamed, and keeps nothing. */
  tryOut(): void;
  dispose(): void;
}

/** Loss and metrics of a data set: Σ sum / Σ count over all its batches, never a mean of means. */
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
      sums.run(first).dispose(); // compiled, it is the graph of later ones
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
  watch: Pick<StopWatch, "reason" | "turn">,
): Promise<Float64Array | undefined> {
  const totals = new Float64Array(size);
  let looked = false; // for a wrong label, once: what makes each batch NaN is no label
  for (const [at, rows] of plan.entries()) {
    if (watch.reason !== undefined) return undefined;
    if (source.ready && !(await source.ready(plan, at, watch))) return undefined;
    const result = sums.run(rows);
    const values = result.dataSync();
    values.forEach((value, i) => {
      totals[i] = (totals[i] as number) + value;
    });
    const isGood = values.every(Number.isFinite);
    result.dispose();
    if (!isGood && !looked) sums.refuseLabels(rows);
    looked ||= !isGood;
    await watch.turn();
  }
  return totals;
}

/** The first rows of a source, as many as asked for. */
export function firstRows(source: Source, count: number): Source {
  if (count >= source.rows) return source;
  const plan: Source["plan"] = (batchSize) =>
    source
      .plan(batchSize)
      .map((rows) => rows.filter((row) => row < count))
      .filter(({ length }) => length > 0);
  return { ...source, rows: count, plan };
}
