import { resolve } from "node:path";
import { type Best, listCheckpoints, markBest, writeCheckpoint } from "../../data";
import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkCount, checkFunction, checkOptions, describe } from "../checks";
import type { EpochRecord, Logs } from "../history";
import { Monitor } from "./monitor";

export interface ModelCheckpointOptions {
  /** Where the checkpoints are written: a training's own folder, `runs/first`. */
  folder: string;
  /** How many of the newest are kept, 3 unless told. */
  keep?: number;
  /** By which value of the epochs the best checkpoint is known, which is kept besides; mode as for EarlyStopping. */
  best?: { monitor?: string; mode?: "auto" | "min" | "max" };
  /** After how many steps or epochs to write; { epochs: 1 } unless told. With `best`, steps are beside every epoch. */
  every?: { steps: number } | { epochs: number };
  /** Told of each checkpoint that is written, by its path. */
  written?: (path: string) => void;
}

const WHERE = "ModelCheckpoint";

/**
 * Writes a training into a folder as it goes, whole or not at all, and once more when it ends or is stopped. What is
 * killed goes on there, as if it never had been:
 *
 *   await fit(model, data, { …, callbacks: [new ModelCheckpoint({ folder: "runs/first" })], resume: "runs/first" });
 *
 * A checkpoint's number is that of the steps done. At an epoch's end it is written after the measures, with the value by
 * which it may be the best; one that was written because the training was stopped while it measured gets it when the
 * training goes on. Its hooks come after those of other callbacks, so that it keeps what they make of the same epoch.
 *
 * @throws ArgumentError, when a training begins anew, for a folder that has checkpoints; DataError of `writeCheckpoint`
 */
export class ModelCheckpoint implements Callback {
  readonly isLast = true;
  private readonly monitor: Monitor | undefined;
  private newest = 0;

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

  async onTrainBegin({ step, measures }: TrainingRun): Promise<void> {
    const { folder } = this.options;
    this.monitor?.check(measures);
    const [newest] = await listCheckpoints(resolve(folder));
    this.newest = step;
    if (step > 0 || newest === undefined) return;
    const expected = `a folder without checkpoints, or fit's resume: "${folder}"`;
    throw new ArgumentError(WHERE, "folder", expected, `one with checkpoint ${newest.number}`);
  }

  async onBatchEnd(batch: number, _logs: Logs, run: TrainingRun): Promise<void> {
    const { every } = this.options;
    if (every === undefined || !("steps" in every) || run.step % every.steps !== 0) return;
    if (batch + 1 < run.stepsPerEpoch) await this.write(run); // else with the epoch's measures
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

  /** Where no step was done since the last one, nothing but its value, if that was not known then. */
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
