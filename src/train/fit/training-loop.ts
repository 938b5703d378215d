import type { FunctionGraph } from "../../compile";
import type { CheckpointContent, JsonRecord } from "../../data";
import { ArgumentError, type Optimizer } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { callEach, callTrainEnd } from "../callback-hooks";
import { rateOf } from "../callbacks/rate";
import type { Direction } from "../direction";
import { NotFiniteError, type StepPlace } from "../errors";
import type { Source } from "../examples/source";
import type { EpochRecord, History, Logs, Position } from "../history";
import { EpochLosses, lossNames } from "../loss/epoch-losses";
import type { AnyModel } from "../model";
import type { TrainingPlan } from "../progress/reporter";
import { StepReports } from "../progress/step-reports";
import { plainRecord } from "../resume/fit-state";
import { contentOf, type Start } from "../resume/resume";
import type { StepFailure } from "../step/step-failure";
import type { TrainingStep } from "../step/step-options";
import { trainingStep } from "../step/training-step";
import type { StopWatch } from "../stop";
import { DivergenceWarning } from "./divergence-warning";
import { EpochMeasurements } from "./epoch-measurements";
import { callEpochEnd, checkAdded, directionsOf, namesOf } from "./epoch-record";
import type { FitSettings } from "./options";
import type { FitSources } from "./sources";
import { positionOf, subjectOf } from "./start";

/** The loop of one fit: its native memory, its position, and what callbacks see of it. */
export class TrainingLoop implements TrainingRun {
  readonly stepsPerEpoch: number;
  readonly measures: readonly string[];
  readonly directions: Readonly<Record<string, Direction>>;
  step: number;
  private readonly records: EpochRecord[];
  private readonly log: JsonRecord[];
  private position: Position;
  /** The losses of the epoch so far. */
  private losses: EpochLosses;
  /** When the epoch began by this process's clock, as if a resumed epoch had never stopped; in milliseconds. */
  private epochBegan = performance.now();
  private stopped: string | undefined;
  /** Whether a step runs: the weights and the position belong to different steps then. */
  private isStepping = false;
  private readonly source: Source;
  private readonly trainStep: TrainingStep;
  private readonly measurements: EpochMeasurements;
  private readonly reports: StepReports;
  private readonly hasBatchBegin: boolean;
  private readonly divergence = new DivergenceWarning();

  constructor(
    readonly model: AnyModel,
    { source, training, validation }: FitSources,
    private readonly settings: FitSettings & { readonly compiled: boolean },
    private readonly watch: StopWatch,
    private readonly start: Start,
  ) {
    this.source = training;
    this.stepsPerEpoch = training.plan(settings.batchSize).length;
    this.hasBatchBegin = settings.callbacks.some(({ onBatchBegin }) => onBatchBegin !== undefined);
    this.records = [...start.records];
    this.log = [...start.log];
    this.losses = start.losses;
    this.position = positionOf(start);
    this.step = start.step;
    this.trainStep = trainingStep({
      ...settings,
      loss: settings.parts,
      where: "fit",
      model,
      source: training,
      iteration: this.step,
      streamState: start.streamState,
    });
    this.reports = new StepReports(settings.reporter, this.plan);
    this.measurements = new EpochMeasurements(model, { source, validation }, settings);
    const losses = ["loss", ...lossNames(settings.parts)];
    this.measures = namesOf(losses, this.measurements, settings.callbacks);
    this.directions = directionsOf(losses, this.measurements, settings.callbacks);
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
  get compiled(): boolean {
    return this.settings.compiled;
  }
  graph(): FunctionGraph | undefined {
    return this.trainStep.graph();
  }
  private get plan(): TrainingPlan {
    return { epochs: this.epochs, stepsPerEpoch: this.stepsPerEpoch, initialEpoch: this.start.epoch };
  }
  get history(): History {
    const stopped = this.stopped === undefined ? {} : { stopped: this.stopped };
    return { epochs: [...this.records], ...stopped, next: this.position };
  }

  private get epochSeconds(): number {
    return (performance.now() - this.epochBegan) / 1000;
  }

  checkpoint(): CheckpointContent {
    if (this.isStepping) {
      throw new ArgumentError("fit", "checkpoint", "a call in a hook, between two steps", "one during a step");
    }
    const { step, losses, records, log, settings } = this;
    const { epoch, batch } = this.position;
    const seconds = batch === 0 ? 0 : this.epochSeconds;
    const streamState = batch === 0 ? undefined : this.trainStep.streamState(); // each epoch begins anew
    return contentOf(subjectOf(this.model, this.source, settings), {
      step,
      epoch,
      batch,
      losses,
      seconds,
      records,
      log,
      streamState,
    });
  }

  stop(reason: string): void {
    this.stopped ??= reason;
  }

  /** Runs all epochs, or runs until something stops the training. */
  async run(): Promise<void> {
    const { compiled, reporter } = this.settings;
    const { epochs, initialEpoch } = this.plan;
    checkAdded(this.callbacks, this.measures);
    reporter.begin?.(this.plan);
    await this.each((callback) => callback.onTrainBegin?.(this));
    this.checkWatch();
    if (compiled && this.stopped === undefined && initialEpoch < epochs) {
      reporter.note?.("compiling the training step; the first one takes a few seconds");
      await this.watch.yieldNow(); // lets the terminal or notebook show the note before the long native call
    }
    if (this.stopped === undefined && initialEpoch < epochs) this.measurements.tryValidation();
    for (let epoch = initialEpoch; epoch < epochs && this.stopped === undefined; epoch++) await this.epoch(epoch);
    await this.each((callback) => callback.onLastStep?.(this));
  }

  private async epoch(epoch: number): Promise<void> {
    const first = epoch === this.start.epoch ? this.start.batch : 0;
    this.epochBegan = performance.now() - (first === 0 ? 0 : this.start.seconds * 1000);
    if (first === 0) await this.each((callback) => callback.onEpochBegin?.(epoch, this));
    const loss = await this.batches(epoch, first);
    const isMeasured = (epoch + 1) % this.settings.everyEpochs === 0;
    const logs = this.stopped === undefined ? await (isMeasured ? this.measure() : {}) : undefined;
    if (logs === undefined || loss === undefined) return;
    const seconds = this.epochSeconds;
    const record: EpochRecord = {
      epoch,
      loss,
      ...this.losses.logs,
      ...logs,
      learningRate: rateOf(this.optimizer),
      seconds,
    };
    this.records.push(record);
    this.position = { epoch: epoch + 1, batch: 0 };
    this.settings.reporter.epoch?.(record, this.plan);
    await callEpochEnd(this.callbacks, record, this);
    this.log.push(plainRecord(record));
  }

  /** @returns the mean loss of the epoch's batches */
  private async batches(epoch: number, first: number): Promise<number | undefined> {
    const { batchSize, shuffle, seed } = this.settings;
    const plan = this.source.plan(batchSize, shuffle ? { seed, epoch } : undefined);
    if (first === 0) this.losses = new EpochLosses(this.settings.parts);
    for (let batch = first; batch < plan.length && this.stopped === undefined; batch++) {
      if (this.source.ready && !(await this.source.ready(plan, batch, this.watch))) this.checkWatch();
      else await this.batch(epoch, batch, plan.at(batch));
    }
    return this.losses.value ?? 0; // 0 where no term of the epoch counts
  }

  private async stepped(indices: Int32Array) {
    this.isStepping = true;
    try {
      return await this.trainStep.run(indices);
    } finally {
      this.isStepping = false;
    }
  }

  private async batch(epoch: number, batch: number, indices: Int32Array): Promise<void> {
    if (this.hasBatchBegin) await this.each((callback) => callback.onBatchBegin?.(batch, this));
    if (this.stopped !== undefined) return;
    const result = await this.stepped(indices);
    if ("tensor" in result) return this.failed({ step: this.step, epoch, batch }, result);
    this.step++;
    this.losses.add(result);
    const { loss } = result;
    const meanLoss = this.losses.value ?? 0;
    this.divergence.see(result, `epoch ${epoch + 1}, batch ${batch + 1}`, () => rateOf(this.optimizer));
    this.position = positionOf({ epoch, batch: batch + 1, losses: this.losses });
    this.reports.stepped(epoch, batch + 1, meanLoss);
    await this.each((callback) => callback.onBatchEnd?.(batch, { loss, meanLoss }, this));
    await (batch === 0 ? this.watch.yieldNow() : this.watch.yieldIfDue());
    this.checkWatch();
  }

  /** A step that is not finite ends the training: with an error, unless a callback stops the training first. */
  private async failed(place: StepPlace, { loss, tensor, example }: StepFailure): Promise<void> {
    const error = new NotFiniteError(place, loss, tensor, example);
    await this.each((callback) => callback.onNotFinite?.(error, this));
    if (this.stopped === undefined) throw error;
  }

  /** @returns metrics and validation measures; undefined when the measurement was stopped */
  private async measure(): Promise<Logs | undefined> {
    const logs = await this.reports.pausing(() => this.measurements.run(this.watch));
    this.checkWatch();
    return logs;
  }

  private checkWatch(): void {
    if (this.watch.reason !== undefined) this.stop(this.watch.reason);
  }

  private each(call: (callback: Callback) => void | Promise<void>): Promise<void> {
    return callEach(this.callbacks, call);
  }

  /** Calls the last hooks. @throws the first error: `error`, or else the first that a hook threw */
  async end(error?: unknown): Promise<void> {
    let first = await callTrainEnd(this.callbacks, this, error);
    try {
      this.settings.reporter.end?.(this.history);
    } catch (later) {
      first ??= later;
    }
    if (first !== undefined) throw first;
  }

  dispose(): void {
    this.trainStep.dispose();
    this.measurements.dispose();
  }
}
