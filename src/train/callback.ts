import type { CheckpointContent, NumericArray } from "../data";
import type { Optimizer } from "../rnn";
import type { NotFiniteError } from "./errors";
import type { EpochRecord, History, Logs } from "./history";
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
  /** What an epoch's record has, by name and in order: "epoch", "loss", "accuracy", "val_loss" … */
  readonly measures: readonly string[];
  /** The epochs so far. */
  readonly history: History;
  /** The training as it stands, for `writeCheckpoint`; fit goes on from it by `resume`. */
  checkpoint(): CheckpointContent;
  /** Ends the training after this step or epoch; the reason becomes `history.stopped`. */
  stop(reason: string): void;
}

/**
 * Something that watches a training, with Keras's hooks. Epochs and batches count from 0. Hooks may be async; fit waits
 * for them. One that throws ends fit with its error.
 */
export interface Callback {
  onTrainBegin?(run: TrainingRun): void | Promise<void>;
  /** Once an epoch: again in a training that goes on only where it was stopped before the epoch's first batch. */
  onEpochBegin?(epoch: number, run: TrainingRun): void | Promise<void>;
  /** @param logs the batch's `loss`, and the epoch's so far as `meanLoss` */
  onBatchEnd?(batch: number, logs: Logs, run: TrainingRun): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: EpochRecord, run: TrainingRun): void | Promise<void>;
  /** A step was not finite, and moved nothing. Unless a callback stops the training, fit ends with that error. */
  onNotFinite?(error: NotFiniteError, run: TrainingRun): void | Promise<void>;
  /** The last step is done, whatever the reason but an error; the weights are still as it left them. */
  onLastStep?(run: TrainingRun): void | Promise<void>;
  /** Always called, also when a training ends by an error. */
  onTrainEnd?(run: TrainingRun, error?: unknown): void | Promise<void>;
  /** Its hooks come after all others': it looks at what they made. */
  readonly isLast?: boolean;
  /** What has to be kept to go on later: records, lists, texts and numbers, infinite ones too. A checkpoint carries it. */
  getState?(): unknown;
  setState?(state: unknown): void;
  /** The same for arrays by name, say the best weights. */
  getArrays?(): Readonly<Record<string, NumericArray>>;
  setArrays?(arrays: Readonly<Record<string, NumericArray>>): void;
}
