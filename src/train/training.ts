import type { Optimizer } from "../rnn";
import type { Callback, TrainingRun } from "./callback";
import { rateOf } from "./callbacks/rate";
import type { Source } from "./data";
import { NotFiniteError } from "./errors";
import { type EpochRecord, type History, type Logs, type Position, RunningMean } from "./history";
import { firstRows, type Measurement, measurement } from "./measure";
import type { Model } from "./model";
import { firstNotFinite } from "./not-finite";
import type { FitSettings } from "./options";
import { Pace } from "./progress/reporter";
import { type TrainingStep, trainingStep } from "./step";
import type { StopWatch } from "./stop";

/** One fit as it goes on: what it holds natively, where it stands, and what callbacks see of it. */
export class Training implements TrainingRun {
  readonly stepsPerEpoch: number;
  step: number;
  private readonly records: EpochRecord[] = [];
  private position: Position;
  private stopped: string | undefined;
  private readonly trainer: TrainingStep;
  private readonly measurements: { readonly prefix: string; readonly of: Measurement }[] = [];
  private readonly pace = new Pace();

  constructor(
    readonly model: Model,
    private readonly source: Source,
    validation: Source | undefined,
    private readonly settings: FitSettings & { readonly compiled: boolean },
    private readonly watch: StopWatch,
  ) {
    const { loss, compiled, metrics, trainingMetrics, batchSize, measuringBatchSize } = settings;
    this.stepsPerEpoch = source.plan(batchSize).length;
    this.position = { epoch: settings.initialEpoch, batch: settings.initialBatch };
    this.step = settings.initialEpoch * this.stepsPerEpoch + settings.initialBatch;
    this.trainer = trainingStep({ ...settings, model, source, iteration: this.step });
    const options = { where: "fit", model, compiled, batchSize: measuringBatchSize };
    if (Object.keys(metrics).length > 0 && trainingMetrics !== false) {
      const some = trainingMetrics === true ? source : firstRows(source, trainingMetrics);
      this.measurements.push({ prefix: "", of: measurement({ ...options, source: some }, undefined, metrics) });
    }
    if (validation !== undefined) {
      this.measurements.push({ prefix: "val_", of: measurement({ ...options, source: validation }, loss, metrics) });
    }
  }

  get optimizer(): Optimizer {
    return this.settings.optimizer;
  }
  get callbacks(): readonly Callback[] {
    return this.settings.callbacks;
  }
  get seed(): number {
    return this.settings.seed;
  }
  get batchSize(): number {
    return this.settings.batchSize;
  }
  get epochs(): number {
    return this.settings.epochs;
  }
  get history(): History {
    const { stopped } = this;
    return { epochs: [...this.records], ...(stopped !== undefined && { stopped }), next: this.position };
  }

  stop(reason: string): void {
    this.stopped ??= reason;
  }

  /** All epochs, or as many as there are until something stops it. */
  async run(): Promise<void> {
    const { initialEpoch, epochs, compiled, reporter } = this.settings;
    reporter.begin?.({ epochs, initialEpoch, stepsPerEpoch: this.stepsPerEpoch });
    await this.each((callback) => callback.onTrainBegin?.(this));
    this.heedWatch();
    if (compiled && this.stopped === undefined && initialEpoch < epochs) {
      reporter.note?.("compiling the training step; the first one takes a few seconds");
      await this.watch.giveWay(); // so that the note is seen
    }
    for (let epoch = initialEpoch; epoch < epochs && this.stopped === undefined; epoch++) await this.epoch(epoch);
  }

  private async epoch(epoch: number): Promise<void> {
    const began = performance.now();
    await this.each((callback) => callback.onEpochBegin?.(epoch, this));
    const loss = await this.batches(epoch);
    const logs = this.stopped === undefined ? await this.measure() : undefined;
    if (logs === undefined || loss === undefined) return;
    const seconds = (performance.now() - began) / 1000;
    const record: EpochRecord = { epoch, loss, ...logs, learningRate: rateOf(this.optimizer), seconds };
    this.records.push(record);
    this.position = { epoch: epoch + 1, batch: 0 };
    this.settings.reporter.epoch?.(record, { ...this.settings, stepsPerEpoch: this.stepsPerEpoch });
    await this.each((callback) => callback.onEpochEnd?.(epoch, record, this));
  }

  /** @returns the mean loss of the epoch's batches */
  private async batches(epoch: number): Promise<number | undefined> {
    const { batchSize, shuffle, seed, initialEpoch, initialBatch, initialLoss } = this.settings;
    const plan = this.source.plan(batchSize, shuffle ? { seed, epoch } : undefined);
    const first = epoch === initialEpoch ? initialBatch : 0;
    const done = plan.slice(0, first).reduce((rows, batch) => rows + batch.length, 0);
    const mean = initialLoss === undefined || first === 0 ? new RunningMean() : new RunningMean(done, initialLoss);
    for (let batch = first; batch < plan.length && this.stopped === undefined; batch++) {
      await this.batch({ epoch, batch }, plan[batch] as Int32Array, mean);
    }
    return mean.value;
  }

  private async batch({ epoch, batch }: Position, rows: Int32Array, mean: RunningMean): Promise<void> {
    const place = { step: this.step, epoch, batch };
    const loss = this.trainer.run(rows);
    this.step++;
    this.pace.stepped();
    mean.add(loss, rows.length);
    const meanLoss = mean.value as number;
    this.position = { epoch, batch: batch + 1, loss: meanLoss };
    this.report(epoch, batch + 1, meanLoss);
    await this.each((callback) => callback.onBatchEnd?.(batch, { loss, meanLoss }, this));
    if (!Number.isFinite(loss) && this.stopped === undefined) {
      throw new NotFiniteError(place, loss, firstNotFinite(this.model, this.source, rows));
    }
    await (batch === 0 ? this.watch.giveWay() : this.watch.turn());
    this.heedWatch();
  }

  private report(epoch: number, batch: number, loss: number): void {
    const { epochs, initialEpoch, reporter } = this.settings;
    const { stepsPerEpoch, pace } = this;
    if (reporter.step === undefined) return;
    const secondsLeft = pace.secondsLeft((epochs - epoch) * stepsPerEpoch - batch);
    const { stepsPerSecond } = pace;
    reporter.step({ epochs, initialEpoch, stepsPerEpoch, epoch, batch, loss, stepsPerSecond, secondsLeft });
  }

  /** @returns metrics and validation measures; undefined when it was stopped meanwhile */
  private async measure(): Promise<Logs | undefined> {
    const began = performance.now();
    let logs: Logs = {};
    for (const { prefix, of } of this.measurements) {
      const measured = await of.run(this.watch);
      this.heedWatch();
      if (measured === undefined) return undefined;
      const named = Object.entries(measured).map(([name, value]) => [`${prefix}${name}`, value]);
      logs = { ...logs, ...Object.fromEntries(named) };
    }
    this.pace.paused((performance.now() - began) / 1000);
    return logs;
  }

  private heedWatch(): void {
    if (this.watch.reason !== undefined) this.stop(this.watch.reason);
  }

  /** Calls a hook of each callback, in their order. */
  private async each(call: (callback: Callback) => void | Promise<void>): Promise<void> {
    for (const callback of this.callbacks) await call(callback);
  }

  /** The last hooks. After an error, theirs are not heard: the first one counts. */
  async end(error?: unknown): Promise<void> {
    for (const callback of this.callbacks) {
      try {
        await callback.onTrainEnd?.(this, error);
      } catch (later) {
        error ??= later;
      }
    }
    this.settings.reporter.end?.(this.history);
    if (error !== undefined) throw error;
  }

  dispose(): void {
    this.trainer.dispose();
    for (const { of } of this.measurements) of.dispose();
  }
}
