import { resolve } from "node:path";
import { type Best, checkCheckpointFolder, listCheckpoints, markBest, writeCheckpoint } from "../../data";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkCount, checkFunction, checkOptions, describe } from "../checks";
import type { Direction } from "../direction";
import type { EpochRecord, Logs } from "../history";
import { checkState } from "./checks";
import { MONITOR_STATE, Monitor, type MonitorState } from "./monitor";

export interface ModelCheckpointOptions {
  /** The folder of the checkpoints, which must belong to this training alone: `runs/first`. Required. */
  folder: string;
  /** The number of newest checkpoints to keep. Default: 3. */
  keep?: number;
  /**
   * The value of an epoch that decides which checkpoint is the best; that checkpoint is kept too. `monitor` and `mode`
   * are as for EarlyStopping. Default: no best checkpoint.
   */
  best?: { monitor?: string; mode?: "auto" | Direction };
  /** How often to write. With `best`, a number of steps is in addition to every epoch. Default: { epochs: 1 }. */
  every?: { steps: number } | { epochs: number };
  /** Called with the path of each checkpoint that was written. Default: none. */
  written?: (path: string) => void;
}

const WHERE = "ModelCheckpoint";

/**
 * Writes checkpoints of a training to a folder, and one more when the training ends or is stopped. A checkpoint is
 * written whole or not at all. A training that was killed continues from its latest checkpoint as if it had never been
 * killed, if `fit` gets the same folder as its option `resume`.
 *
 * The number of a checkpoint is the number of steps done. At the end of an epoch the checkpoint is written after the
 * measurements, together with the value that may make it the best. When a training is stopped while it measures, its
 * last checkpoint has no such value; it gets the value when the training is resumed. The hooks run after those of the
 * other callbacks, so that the checkpoint includes their state after the same epoch.
 *
 * @example
 *   await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 10,
 *     callbacks: [new ModelCheckpoint({ folder: "runs/first" })], resume: "runs/first",
 *   });
 *
 * @throws ArgumentError when a new training begins and the folder has checkpoints; DataError, before the first step, for a
 *   folder that cannot be written; the DataErrors of `writeCheckpoint`
 */
export class ModelCheckpoint implements Callback {
  readonly isLast = true;
  private readonly monitor: Monitor | undefined;
  private newest = 0;
  /** The monitor's name and direction in the training that is resumed. */
  private kept: MonitorState = {};

  constructor(private readonly options: ModelCheckpointOptions) {
    checkOptions(WHERE, options, ["folder", "keep", "best", "every", "written"]);
    const { folder, keep = 3, best, every = { epochs: 1 }, written } = options;
    if (typeof folder !== "string" || folder === "") {
      throw new ArgumentError(WHERE, "folder", "a path, say runs/first", describe(folder));
    }
    checkCount(WHERE, "keep", keep);
    if (written !== undefined) checkFunction(WHERE, "written", written);
    checkEvery(every);
    if (best !== undefined) {
      checkOptions(`${WHERE}.best`, best, ["monitor", "mode"]);
      this.monitor = new Monitor(WHERE, best);
    }
  }

  get folder(): string {
    return this.options.folder;
  }

  async onTrainBegin(run: TrainingRun): Promise<void> {
    const { folder } = this.options;
    const { step } = run;
    this.monitor?.begin(run, this, step > 0 ? this.kept : {});
    const [newest] = await listCheckpoints(resolve(folder));
    this.newest = step;
    if (step === 0 && newest !== undefined) {
      const expected = `a folder without checkpoints, or fit's resume: "${folder}"`;
      throw new ArgumentError(WHERE, "folder", expected, `one with checkpoint ${newest.number}`);
    }
    if (run.history.next.epoch < run.epochs) await checkCheckpointFolder(folder);
  }

  /** Name and direction of the monitor: values of another measure in the same folder could not be compared. */
  getState(): unknown {
    return this.monitor?.state;
  }

  setState(state: unknown): void {
    checkState(WHERE, state, MONITOR_STATE);
    this.kept = { ...(state as MonitorState) };
  }

  async onBatchEnd(batch: number, _logs: Logs, run: TrainingRun): Promise<void> {
    const { every } = this.options;
    if (every === undefined || !("steps" in every) || run.step % every.steps !== 0) return;
    // after an epoch's last step, onEpochEnd writes, with the epoch's measures
    if (batch + 1 < run.stepsPerEpoch) await this.write(run);
  }

  async onEpochEnd(epoch: number, logs: EpochRecord, run: TrainingRun): Promise<void> {
    const { every = { epochs: 1 } } = this.options;
    const value = this.monitor?.valueOf(logs);
    const isStep = "steps" in every && (run.step % every.steps === 0 || value !== undefined);
    const isDue = isStep || ("epochs" in every && (epoch + 1) % every.epochs === 0);
    if (isDue) await this.write(run, value);
  }

  async onLastStep(run: TrainingRun): Promise<void> {
    const { epochs, next } = run.history;
    const last = next.batch === 0 ? epochs.at(-1) : undefined;
    await this.write(run, last && this.monitor?.valueOf(last));
  }

  /**
   * Writes a checkpoint. When no step was done since the last checkpoint, only gives that one its value, if it has
   * none.
   */
  private async write(run: TrainingRun, value?: number): Promise<void> {
    const { folder, keep = 3, written } = this.options;
    const best: Best | undefined =
      value === undefined || !this.monitor ? undefined : { value, mode: this.monitor.mode };
    if (run.step <= this.newest) return this.mark(run.step, best);
    const path = await writeCheckpoint(folder, run.checkpoint(), { keep, ...(best && { best }) });
    this.newest = run.step;
    written?.(path);
  }

  private async mark(step: number, best: Best | undefined): Promise<void> {
    if (best === undefined) return;
    const listed = await listCheckpoints(resolve(this.options.folder));
    const known = listed.find(({ number }) => number === step);
    if (known !== undefined) await markBest(known.path, best);
  }
}

function checkEvery(every: unknown): void {
  const entries = Object.entries((every ?? {}) as object);
  const [[unit, count] = ["", 0]] = entries;
  if (entries.length !== 1 || !["steps", "epochs"].includes(unit)) {
    throw new ArgumentError(WHERE, "every", "{ steps } or { epochs }", describe(every));
  }
  checkCount(WHERE, `every.${unit}`, count);
}
