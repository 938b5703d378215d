import type { NumericArray } from "../../data";
import type { Callback, TrainingRun } from "../callback";
import { checkNumber } from "../checks";
import type { EpochRecord } from "../history";
import { number } from "../progress/text";
import { readWeights, writeWeights } from "../weight-arrays";
import { checkCallback, checkState } from "./checks";
import { MONITOR_STATE, Monitor, type MonitorOptions, type MonitorState } from "./monitor";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** The training stops after this number of epochs without improvement. Default: 0. */
  patience?: number;
  /** The count of epochs restarts only at a value that is also better than this one. Default: none. */
  baseline?: number;
  /**
   * true: restores the weights of the best epoch when the training ends, unless an error ends it; their moving averages where
   * those were measured (`movingAverage: { measured: true }`). Default: false.
   */
  restoreBestWeights?: boolean;
  /** The first epoch that counts, itself counted from 0 as in Keras: 3 leaves out three epochs. Default: 0. */
  startFromEpoch?: number;
}

interface Waiting extends MonitorState {
  wait: number;
  best?: number;
  bestEpoch?: number;
  /** Why this callback stopped the training. */
  reason?: string;
}

/** The weights that fit measured: their moving averages where the optimizer says so. */
function measuredWeights({ model, optimizer }: TrainingRun): Readonly<Record<string, NumericArray>> {
  if (!optimizer.measuresAverages) return readWeights(WHERE, model);
  optimizer.swapAverages();
  try {
    return readWeights(WHERE, model);
  } finally {
    optimizer.swapAverages();
  }
}

const WHERE = "EarlyStopping";
const OPTIONS = ["monitor", "mode", "minDelta", "patience", "baseline", "restoreBestWeights", "startFromEpoch"];

/**
 * Stops a training that no longer improves. It is Keras's callback of that name, and counts as Keras does: epochs whose
 * record has no value of the monitor's name (`everyEpochs` of fit) do not count.
 *
 * @example
 *   await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 100, validationData: mnist.validation,
 *     callbacks: [new EarlyStopping({ monitor: "val_loss", patience: 3, restoreBestWeights: true })],
 *   });
 */
export class EarlyStopping implements Callback {
  private readonly monitor: Monitor;
  private waiting: Waiting = { wait: 0 };
  private bestWeights: Readonly<Record<string, NumericArray>> | undefined;

  constructor(private readonly options: EarlyStoppingOptions = {}) {
    checkCallback(WHERE, options, OPTIONS, ["patience", "startFromEpoch"]);
    const { baseline } = options;
    if (baseline !== undefined) checkNumber(WHERE, "baseline", baseline);
    this.monitor = new Monitor(WHERE, options);
  }

  /**
   * A new training restarts the count; a resumed one continues it. A training that this callback stopped stays stopped
   * when it is resumed, unless `patience` is larger now.
   */
  onTrainBegin(run: TrainingRun): void {
    this.monitor.begin(run, this, run.step > 0 ? this.waiting : {});
    const { wait, reason } = this.waiting;
    if (run.step > 0 && reason !== undefined && wait >= (this.options.patience ?? 0)) run.stop(reason);
    if (run.step > 0) return;
    this.waiting = { wait: 0 };
    this.bestWeights = undefined;
  }

  onEpochEnd(epoch: number, logs: EpochRecord, run: TrainingRun): void {
    const { patience = 0, baseline, restoreBestWeights = false, startFromEpoch = 0 } = this.options;
    const value = this.monitor.valueOf(logs);
    if (value === undefined || epoch < startFromEpoch) return;
    const { waiting } = this;
    // kept in case the monitored value is NaN in every epoch
    if (restoreBestWeights) this.bestWeights ??= measuredWeights(run);
    waiting.wait++;
    delete waiting.reason;
    if (this.monitor.improves(value, waiting.best)) {
      waiting.best = value;
      waiting.bestEpoch = epoch;
      if (restoreBestWeights) this.bestWeights = measuredWeights(run);
      if (baseline === undefined || this.monitor.improves(value, baseline)) waiting.wait = 0;
      return;
    }
    if (waiting.wait < patience || epoch === 0) return;
    waiting.reason = `EarlyStopping: ${this.monitor.name} ${this.explanation(waiting)}`;
    run.stop(waiting.reason);
  }

  private explanation({ wait, best, bestEpoch }: Waiting): string {
    const epochs = wait === 1 ? "1 epoch" : `${wait} epochs`;
    if (bestEpoch === undefined || best === undefined) return `was no number in ${epochs}`;
    const { baseline } = this.options;
    const since = baseline === undefined ? `${epochs} ago` : `no better than ${baseline} in ${epochs}`;
    return `was best in epoch ${bestEpoch + 1} (${number(best)}), ${since}`;
  }

  onTrainEnd({ model }: TrainingRun, error?: unknown): void {
    if (error === undefined && this.bestWeights !== undefined) writeWeights(WHERE, model, this.bestWeights);
  }

  getState(): unknown {
    return { ...this.waiting, ...this.monitor.state };
  }

  setState(state: unknown): void {
    checkState(WHERE, state, ["wait", "best", "bestEpoch", "reason", ...MONITOR_STATE]);
    this.waiting = { ...(state as Waiting) };
  }

  /** The best weights; empty before the first epoch that counts. */
  getArrays(): Readonly<Record<string, NumericArray>> {
    return this.bestWeights ?? {};
  }

  setArrays(arrays: Readonly<Record<string, NumericArray>>): void {
    this.bestWeights = Object.keys(arrays).length === 0 ? undefined : arrays;
  }
}
