import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";
import type { Batch } from "../examples/source";
import type { Logs } from "../history";
import { namedPart } from "../loss/batch-loss";
import { at, isRecord, type Structure } from "../structure";
import { OverAll } from "./all/over-all";
import { type BatchRows, CollectedRows, type Read } from "./collected-rows";
import type { NamedMetric } from "./metrics";

/** The parts of a batch's rows, in the order in which their tensors come; absent ones are left out. */
const PARTS = ["outputs", "y", "lengths", "mask", "weights"] as const;

/** The metrics of all predictions of one output. */
interface Group {
  readonly output: string | undefined;
  /** The first metric's name, for messages. */
  readonly argument: string;
  readonly metrics: readonly { readonly name: string; readonly metric: OverAll }[];
  rows: CollectedRows;
  /** The parts that its batches have. */
  parts: readonly (typeof PARTS)[number][];
}

/** The metrics of all predictions among the metrics of a measurement. */
export class MetricsOverAll {
  private readonly groups: readonly Group[];

  constructor(
    private readonly where: string,
    named: readonly NamedMetric[],
  ) {
    const own = named.flatMap(({ metric, ...each }) => (metric instanceof OverAll ? [{ ...each, metric }] : []));
    this.groups = [...new Set(own.map(({ output }) => output))].map((output) => {
      const metrics = own.filter((each) => each.output === output);
      const argument = metrics[0]?.name ?? "";
      return { output, argument, metrics, rows: new CollectedRows(where, argument), parts: [] };
    });
  }

  /** What the graph of a batch has to give, for `add`. */
  tensorsOf(outputs: Structure<tf.Tensor>, batch: Batch): tf.Tensor[] {
    return this.groups.flatMap((group) => {
      const { output, argument } = group;
      const part = (what: string, structure: Structure<tf.Tensor> | undefined) => {
        const found = namedPart(this.where, argument, what, structure, output);
        if (!isRecord(found)) return found as tf.Tensor;
        const expected = `a metric for each output by name, as ${what} are a record`;
        throw new ArgumentError(this.where, argument, expected, "one of all");
      };
      const tensors: Readonly<Record<(typeof PARTS)[number], tf.Tensor | undefined>> = {
        outputs: part("the model's outputs", outputs),
        y: part("data.y", batch.y),
        lengths: at(batch.lengths?.y, output),
        mask: at(batch.mask, output),
        weights: at(batch.weights, output),
      };
      group.parts = PARTS.filter((name) => tensors[name] !== undefined);
      return group.parts.map((name) => tf.clone(tensors[name] as tf.Tensor));
    });
  }

  /** Drops what was collected. */
  clear(): void {
    for (const group of this.groups) group.rows = new CollectedRows(this.where, group.argument);
  }

  /** Adds a batch. @param tensors of `tensorsOf` */
  add(tensors: readonly tf.Tensor[]): void {
    let position = 0;
    for (const { parts, rows } of this.groups) {
      const read = parts.map((name, i) => {
        const tensor = tensors[position + i] as tf.Tensor;
        return [name, { data: tensor.dataSync() as Read["data"], shape: tensor.shape }] as const;
      });
      rows.add(Object.fromEntries(read) as unknown as BatchRows);
      position += parts.length;
    }
  }

  /** @throws ArgumentError when a metric gives no number; the errors of the metrics */
  values(): Logs {
    const entries = this.groups.flatMap(({ rows, metrics }) => {
      const { outputs, y, weights } = rows.all;
      return metrics.map(({ name, metric }) => [name, metric.of(outputs, y, weights)] as const);
    });
    const wrong = entries.find(([, value]) => typeof value !== "number");
    if (wrong === undefined) return Object.fromEntries(entries);
    throw new ArgumentError(this.where, `metrics.${wrong[0]}`, "a metric that gives a number", describe(wrong[1]));
  }
}
