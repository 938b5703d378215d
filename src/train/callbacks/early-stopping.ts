import type { NumericArray } from "../../data";
import type { Callback, TrainingRun } from "../callback";
import { checkNumber } from "../checks";
import type { EpochRecord } from "../history";
import { readWeights, writeWeights } from "../weight-arrays";
import { checkCallback, checkState, Monitor, type MonitorOptions } from "./monitor";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training stops; 0 unless told. */
  patience?: number;
  /** Waiting begins anew only after a value that is better than this one too. */
  baseline?: number;
  /** The weights of the best epoch come back when training ends, whatever ends it but an error. */
  restoreBestWeights?: boolean;
  /** The first epoch that counts; 0 unless told. */
  startFromEpoch?: number;
}

interface Waiting {
  wait: number;
  best?: number;
  bestEpoch?: number;
  /** Why it stopped the training, after an epoch that was no better. */
  reason?: string;
}

const WHERE = "EarlyStopping";
const OPTIONS = ["monitor", "mode", "minDelta", "patience", "baseline", "restoreBestWeights", "startFromEpoch"];

/** Stops a training that no longer gets better. Keras's callback of that name, its counting included. */
export class EarlyStopping implements Callback {
  private readonly monitor: Monitor;
  private waiting: Waiting = { wait: 0 };
  private bestWeights: Readonly<Record<string, NumericArray>> | undefined;

  constructor(private readonly options: EarlyStoppingOptions = {}) {
    const { patience = 0, startFromEpoch = 0, baseline } = options;
    checkCallback(WHERE, options, OPTIONS, { patience, startFromEpoch });
    if (baseline !== undefined) checkNumber(WHERE, "baseline", baseline);
    this.monitor = new Monitor(WHERE, options);
  }

  /**
   * A training from its beginning starts to wait anew; one that goes on goes on waiting. One that was stopped here stays
   * stopped, unless there is more patience now.
   */
  onTrainBegin(run: TrainingRun): void {
    this.monitor.check(run.measures);
    const { wait, reason } = this.waiting;
    if (run.step > 0 && reason !== undefined && wait >= (this.options.patience ?? 0)) run.stop(reason);
    if (run.step > 0) return;
    this.waiting = { wait: 0 };
    this.bestWeights = undefined;
  }

  onEpochEnd(epoch: number, logs: EpochRecord, run: TrainingRun): void {
    const { patience = 0, baseline, restoreBestWeights = false, startFromEpoch = 0 } = this.options;
    const value = this.monitor.valueOf(logs);
    if (epoch < startFromEpoch) return;
    const { waiting } = this;
    if (restoreBestWeights) this.bestWeights ??= readWeights(WHERE, run.model); // none are better as long as none has a number
    waiting.wait++;
    delete waiting.reason;
    if (this.monitor.improves(value, waiting.best)) {
      waiting.best = value;
      waiting.bestEpoch = epoch;
      if (restoreBestWeights) this.bestWeights = readWeights(WHERE, run.model);
      if (baseline === undefined || this.monitor.improves(value, baseline)) waiting.wait = 0;
      return;
    }
    if (waiting.wait < patience || epoch === 0) return;
    waiting.reason = `EarlyStopping: ${this.monitor.name} ${this.told(waiting)}`;
    run.stop(waiting.reason);
  }

  private told({ wait, best, bestEpoch }: Waiting): string {
    if (bestEpoch === undefined) return `was no number in ${wait} epochs`;
    const { baseline } = this.options;
    const waited = baseline === undefined ? `${wait} epochs ago` : `no better than ${baseline} in ${wait} epochs`;
    return `was best in epoch ${bestEpoch} (${best}), ${waited}`;
  }

  onTrainEnd({ model }: TrainingRun, error?: unknown): void {
    if (error === undefined && this.bestWeights !== undefined) writeWeights(WHERE, model, this.bestWeights);
  }

  getState(): unknown {
    return { ...this.waiting };
  }

  setState(state: unknown): void {
    checkState(WHERE, state, ["wait", "best", "bestEpoch", "reason"]);
    this.waiting = { ...(state as Waiting) };
  }

  /** The best weights; none before there are any. */
  getArrays(): Readonly<Record<string, NumericArray>> {
    return this.bestWeights ?? {};
  }

  setArrays(arrays: Readonly<Record<string, NumericArray>>): void {
    this.bestWeights = Object.keys(arrays).length === 0 ? undefined : arrays;
  }
}
