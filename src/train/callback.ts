import type { NumericArray } from "../data";
import type { Optimizer } from "../rnn";
import type { EpochRecord, History, Logs, Position } from "./history";
import type { Model } from "./model";

/** What a callback is called with: the training as it stands. */
export interface TrainingRun {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly callbacks: readonly Callback[];
  readonly seed: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Steps done since the first epoch's beginning, those before a resumption included. */
  readonly step: number;
  /** The epochs so far. */
  readonly history: History;
  /** Ends the training after this step or epoch; the reason becomes `history.stopped`. */
  stop(reason: string): void;
}

/**
 * Something that watches a training, with Keras's hooks. Epochs and batches count from 0. Hooks may be async; fit waits
 * for them. One that throws ends fit with its error.
 */
export interface Callback {
  onTrainBegin?(run: TrainingRun): void | Promise<void>;
  onEpochBegin?(epoch: number, run: TrainingRun): void | Promise<void>;
  /** @param logs the batch's `loss`, and the epoch's so far as `meanLoss` */
  onBatchEnd?(batch: number, logs: Logs, run: TrainingRun): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: EpochRecord, run: TrainingRun): void | Promise<void>;
  /** Always called, also when a training ends by an error. */
  onTrainEnd?(run: TrainingRun, error?: unknown): void | Promise<void>;
  /** What has to be kept to go on later, as JSON; a checkpoint carries it. */
  getState?(): unknown;
  setState?(state: unknown): void;
  /** The same for arrays by name, say the best weights. */
  getArrays?(): Readonly<Record<string, NumericArray>>;
  setArrays?(arrays: Readonly<Record<string, NumericArray>>): void;
}

/** All that a later fit needs to go on as if this one had not ended: a checkpoint's content. */
export interface TrainingState {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly seed: number;
  readonly batchSize: number;
  /** Becomes `initialEpoch`, `initialBatch` and `initialLoss`. */
  readonly next: Position;
  readonly history: History;
  /** `getState()` of each callback, in their order; null where one has none. */
  readonly callbacks: readonly unknown[];
}

/** A training as it stands now. */
export function stateOf(run: TrainingRun): TrainingState {
  const { model, optimizer, seed, batchSize, history } = run;
  const callbacks = run.callbacks.map((callback) => callback.getState?.() ?? null);
  return { model, optimizer, seed, batchSize, next: history.next, history, callbacks };
}
