import type { CheckpointContent, NumericArray } from "../data";
import type { Optimizer } from "../rnn";
import type { NotFiniteError } from "./errors";
import type { EpochRecord, History, Logs } from "./history";
import type { AnyModel } from "./model";

/** The training, as callbacks see it. */
export interface TrainingRun {
  readonly model: AnyModel;
  readonly optimizer: Optimizer;
  readonly callbacks: readonly Callback[];
  readonly seed: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Steps done since the beginning of the first epoch, including the steps before a resume. */
  readonly step: number;
  /** The names in an epoch's record, in order: "epoch", "loss", "accuracy", "val_loss" … */
  readonly measures: readonly string[];
  /** The epochs done so far. */
  readonly history: History;
  /** The current state of the training, for `writeCheckpoint`; `fit` continues from it by its option `resume`. */
  checkpoint(): CheckpointContent;
  /** Ends the training after this step or epoch; the reason becomes `history.stopped`. */
  stop(reason: string): void;
}

/**
 * Watches a training, with Keras's hooks. Epochs and batches count from 0. A hook may be async: fit awaits it. An
 * error that a hook throws ends fit.
 *
 * @example
 *   const printer: Callback = {
 *     onEpochEnd: (epoch, { loss }) => console.log(`epoch ${epoch}: ${loss}`),
 *   };
 *   await fit(model, mnist.train, { loss: crossEntropy, optimizer: new AdamOptimizer(), callbacks: [printer] });
 */
export interface Callback {
  onTrainBegin?(run: TrainingRun): void | Promise<void>;
  /**
   * Called once for each epoch. A resumed training calls it for its first epoch only when no batch of that epoch was
   * trained before.
   */
  onEpochBegin?(epoch: number, run: TrainingRun): void | Promise<void>;
  /** @param logs the batch's `loss`, and the mean loss of the epoch so far as `meanLoss` */
  onBatchEnd?(batch: number, logs: Logs, run: TrainingRun): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: EpochRecord, run: TrainingRun): void | Promise<void>;
  /**
   * Called when the loss or a gradient of a step is not finite; the step changed no weight. Fit throws this error,
   * unless a callback stops the training.
   */
  onNotFinite?(error: NotFiniteError, run: TrainingRun): void | Promise<void>;
  /** Called after the last step, unless an error ended the training. The weights are still those of the last step. */
  onLastStep?(run: TrainingRun): void | Promise<void>;
  /** Called at the end of every training, also after an error. */
  onTrainEnd?(run: TrainingRun, error?: unknown): void | Promise<void>;
  /**
   * true: the hooks of this callback run after those of all other callbacks, so that it sees what they changed.
   * Default: false.
   */
  readonly isLast?: boolean;
  /**
   * The state that a resumed training needs: records, lists, strings and numbers, infinite ones too. A checkpoint
   * stores it.
   */
  getState?(): unknown;
  /** Takes the state that a checkpoint stored. */
  setState?(state: unknown): void;
  /** Arrays that a resumed training needs, by name, for example the best weights. A checkpoint stores them. */
  getArrays?(): Readonly<Record<string, NumericArray>>;
  /** Takes the arrays that a checkpoint stored. */
  setArrays?(arrays: Readonly<Record<string, NumericArray>>): void;
}
