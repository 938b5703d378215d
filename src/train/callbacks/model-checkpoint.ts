import { ArgumentError } from "../../rnn";
import { type Callback, stateOf, type TrainingRun, type TrainingState } from "../callback";
import { checkCount, checkFunction, describe } from "../checks";
import type { EpochRecord, Logs } from "../history";
import { checkCallback, checkState, Monitor, type MonitorOptions } from "./monitor";

export interface ModelCheckpointOptions extends MonitorOptions {
  /** Writes the training as it stands, wherever it likes. fit waits for it. `logs` are the epoch's, or the batch's. */
  save: (state: TrainingState, logs: Logs) => void | Promise<void>;
  /** Saves after an epoch only when the monitored value is the best so far. */
  saveBestOnly?: boolean;
  /** "epoch", unless told, or a number of steps after which to save, also in the middle of an epoch. */
  saveFrequency?: "epoch" | number;
}

const WHERE = "ModelCheckpoint";
const OPTIONS = ["save", "monitor", "mode", "minDelta", "saveBestOnly", "saveFrequency"];

/**
 * Says when to save. Put it last in the list of callbacks: what it saves of the others is then what they make of the same
 * epoch.
 */
export class ModelCheckpoint implements Callback {
  private readonly monitor: Monitor;
  private best: number | undefined;

  constructor(private readonly options: ModelCheckpointOptions) {
    checkCallback(WHERE, options, OPTIONS);
    const { save, saveBestOnly = false, saveFrequency = "epoch" } = options;
    checkFunction(WHERE, "save", save);
    if (saveFrequency !== "epoch") checkCount(WHERE, "saveFrequency", saveFrequency);
    if (typeof saveBestOnly !== "boolean") {
      throw new ArgumentError(WHERE, "saveBestOnly", "true or false", describe(saveBestOnly));
    }
    if (saveBestOnly && saveFrequency !== "epoch") {
      throw new ArgumentError(WHERE, "saveFrequency", '"epoch", with saveBestOnly', describe(saveFrequency));
    }
    this.monitor = new Monitor(WHERE, options);
  }

  onTrainBegin({ step }: TrainingRun): void {
    if (step === 0) this.best = undefined;
  }

  async onBatchEnd(_batch: number, logs: Logs, run: TrainingRun): Promise<void> {
    const { saveFrequency = "epoch", save } = this.options;
    if (saveFrequency !== "epoch" && run.step % saveFrequency === 0) await save(stateOf(run), logs);
  }

  async onEpochEnd(_epoch: number, logs: EpochRecord, run: TrainingRun): Promise<void> {
    const { saveFrequency = "epoch", saveBestOnly, save } = this.options;
    if (saveFrequency !== "epoch") return;
    if (saveBestOnly) {
      const value = this.monitor.valueOf(logs);
      if (!this.monitor.improves(value, this.best)) return;
      this.best = value;
    }
    await save(stateOf(run), logs);
  }

  getState(): unknown {
    return { best: this.best ?? null };
  }

  setState(state: unknown): void {
    checkState(WHERE, state, ["best"]);
    this.best = (state as { best: number | null }).best ?? undefined;
  }
}
