import { join } from "node:path";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkCount, checkOptions, describe } from "../checks";
import type { EpochRecord } from "../history";
import { weightsByName } from "../model";
import { checkSeesAll } from "./added-logs";
import { rateOf } from "./rate";
import { SummaryWriter } from "./summary-writer";
import { WriteFailure } from "./writing/write-failure";

export interface TensorBoardOptions {
  /** The number of epochs from one histogram of each weight to the next; 0 for no histograms. Default: 1. */
  histogramFrequency?: number;
  /** More lines for the page of settings, by name. Default: none. */
  configuration?: Readonly<Record<string, unknown>>;
  /**
   * Writes the graph of the compiled training step, once, for TensorBoard's page of graphs: the forward pass, the gradients
   * and the updates. Loops, shards and updates stand in scopes, and variables have their weights' names. Default: false.
   */
  graph?: boolean;
}

const VALIDATION = "val_";
const NO_CURVES = ["epoch"];

/**
 * Writes files that TensorBoard shows: losses and metrics by epoch, for training data and validation data; histograms
 * of the weights; the settings as a text; the graph of the training step, if asked for. `npm run tensorboard` shows the
 * runs in `runs/`. It needs the native engine.
 *
 * A folder that cannot be written is refused before the first step. When the disk is full later, the training ends after that
 * epoch, other callbacks end as always, and `fit` throws the error; `historyOf` gives the history.
 *
 * @example
 *   await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 10, callbacks: [new TensorBoard("runs/lstm-64")],
 *   });
 *
 * @throws DataError that names the file that cannot be written; ArgumentError when a training begins without the
 *   native engine, or is not compiled and its graph is asked for, or a callback after this one adds values
 */
export class TensorBoard implements Callback {
  private writers = new Map<string, SummaryWriter>();
  private needsGraph = false;
  private readonly failure = new WriteFailure();

  /** @param folder the folder of this run; it may exist already */
  constructor(
    readonly folder: string,
    private readonly options: TensorBoardOptions = {},
  ) {
    if (typeof folder !== "string" || folder === "") {
      throw new ArgumentError("TensorBoard", "folder", "a path, say runs/first", describe(folder));
    }
    checkOptions("TensorBoard", options, ["histogramFrequency", "configuration", "graph"]);
    checkCount("TensorBoard", "histogramFrequency", options.histogramFrequency ?? 1, 0);
  }

  onTrainBegin(run: TrainingRun): void {
    checkSeesAll("TensorBoard", run, this);
    this.failure.clear();
    this.needsGraph = this.options.graph ?? false;
    if (this.needsGraph && !run.compiled) {
      throw new ArgumentError(
        "TensorBoard",
        "graph",
        "a training that is compiled",
        "one that is not, without a graph",
      );
    }
    const writer = this.writer("train");
    writer.markdown("configuration", table(configurationOf(run, this.options.configuration)), run.step);
    writer.flush();
  }

  onBatchEnd(_batch: number, _logs: unknown, run: TrainingRun): void {
    if (!this.needsGraph) return;
    const graph = run.graph();
    if (graph !== undefined) this.failure.guard(run, () => this.writer("train").graph(graph.graphDef, run.step));
    this.needsGraph = graph === undefined;
  }

  onEpochEnd(epoch: number, logs: EpochRecord, run: TrainingRun): void {
    this.failure.guard(run, () => this.writeEpoch(epoch, logs, run));
  }

  private writeEpoch(epoch: number, logs: EpochRecord, run: TrainingRun): void {
    for (const [name, value] of Object.entries(logs)) {
      if (NO_CURVES.includes(name)) continue;
      if (name.startsWith(VALIDATION)) this.writer("validation").scalar(name.slice(VALIDATION.length), value, epoch);
      else this.writer("train").scalar(name, value, epoch);
    }
    const { histogramFrequency = 1 } = this.options;
    if (histogramFrequency > 0 && epoch % histogramFrequency === 0) {
      for (const [name, variable] of Object.entries(weightsByName(run.model))) {
        this.writer("train").histogram(name, variable.dataSync(), epoch);
      }
    }
    for (const writer of this.writers.values()) writer.flush();
  }

  onTrainEnd(): void {
    const writers = [...this.writers.values()];
    this.writers.clear();
    for (const writer of writers) {
      try {
        writer.close();
      } catch (error) {
        this.failure.keep(error);
      }
    }
    this.failure.rethrow();
  }

  private writer(kind: "train" | "validation"): SummaryWriter {
    const known = this.writers.get(kind) ?? new SummaryWriter(join(this.folder, kind));
    this.writers.set(kind, known);
    return known;
  }
}

function configurationOf(run: TrainingRun, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { optimizer, batchSize, epochs, seed, stepsPerEpoch, model } = run;
  const weights = Object.entries(weightsByName(model)).map(([name, { shape }]) => [name, `[${shape.join(", ")}]`]);
  const settings = { epochs, batchSize, stepsPerEpoch, seed, learningRate: rateOf(optimizer) };
  return { optimizer: optimizer.constructor.name, ...settings, ...more, ...Object.fromEntries(weights) };
}

/** A table in Markdown. */
function table(rows: Readonly<Record<string, unknown>>): string {
  const cell = (value: unknown) =>
    (typeof value === "object" ? JSON.stringify(value) : String(value)).replace(/\|/g, "\\|");
  return [
    "| | |",
    "| --- | --- |",
    ...Object.entries(rows).map(([name, value]) => `| ${name} | ${cell(value)} |`),
  ].join("\n");
}
