import type { FunctionGraph } from "../compile";
import type { CheckpointContent, NumericArray } from "../data";
import type { Optimizer } from "../rnn";
import type { Direction } from "./direction";
import type { NotFiniteError } from "./errors";
import type { EpochLogs, History, Logs } from "./history";
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
  /**
   * The names in an epoch's record, in order: "epoch", "loss", "accuracy", "val_loss" …, at the end those that callbacks
   * add. With `everyEpochs` some epochs lack some of them.
   */
  readonly measures: readonly string[];
  /** The measures of which it is known whether small or large values are good; see `Metric` and `adds`. */
  readonly directions: Readonly<Record<string, Direction>>;
  /** The epochs done so far. */
  readonly history: History;
  /** Whether the training step is one native graph. */
  readonly compiled: boolean;
  /** The graph of the training step that ran last; undefined before the first step, and where the training is not compiled. */
  graph(): FunctionGraph | undefined;
  /** The current state of the training, for `writeCheckpoint`; `fit` continues from it by its option `resume`. */
  checkpoint(): CheckpointContent;
  /** Ends the training after this step or epoch; the reason becomes `history.stopped`. */
  stop(reason: string): void;
}

/** A pass over a data set that trains nothing, as callbacks see it: `evaluate`, `predict`, or fit's validation. */
export interface PassRun {
  readonly where: "evaluate" | "predict" | "fit";
  readonly model: AnyModel;
  readonly batchSize: number;
  /** The number of batches of the pass. */
  readonly batches: number;
}

/**
 * Watches a training, with Keras's hooks. Epochs and batches count from 0. A hook may be async: fit awaits it. An
 * error that a hook throws ends fit. The hooks run in the order of the list of callbacks.
 *
 * The hooks of a pass are called by `evaluate` and `predict` with their option `callbacks`; those of `evaluate` also by
 * `fit`, at each measurement of the validation data, as Keras does. (Keras calls them on_test_… and on_predict_….)
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
  /** Called before the step of a batch. After `run.stop` in this hook the step is not made. */
  onBatchBegin?(batch: number, run: TrainingRun): void | Promise<void>;
  /** @param logs the batch's `loss`, and the mean loss of the epoch so far as `meanLoss` */
  onBatchEnd?(batch: number, logs: Logs, run: TrainingRun): void | Promise<void>;
  /**
   * @param logs the epoch's record, which the history keeps. The callback may add values under the names in its `adds`:
   *   `logs.gradientNorm = 3`. The callbacks after it see them, and may monitor them
   */
  onEpochEnd?(epoch: number, logs: EpochLogs, run: TrainingRun): void | Promise<void>;
  /**
   * Called when the loss or a gradient of a step is not finite; the step changed no weight. Fit throws this error,
   * unless a callback stops the training.
   */
  onNotFinite?(error: NotFiniteError, run: TrainingRun): void | Promise<void>;
  /** Called after the last step, unless an error ended the training. The weights are still those of the last step. */
  onLastStep?(run: TrainingRun): void | Promise<void>;
  onEvaluateBegin?(run: PassRun): void | Promise<void>;
  onEvaluateBatchBegin?(batch: number, run: PassRun): void | Promise<void>;
  /** @param logs loss and metrics of the batches so far, without the metrics of all predictions */
  onEvaluateBatchEnd?(batch: number, logs: Logs, run: PassRun): void | Promise<void>;
  /** @param logs loss and metrics of the data set. A pass that was stopped, or ended by an error, has no end */
  onEvaluateEnd?(logs: Logs, run: PassRun): void | Promise<void>;
  onPredictBegin?(run: PassRun): void | Promise<void>;
  onPredictBatchBegin?(batch: number, run: PassRun): void | Promise<void>;
  onPredictBatchEnd?(batch: number, run: PassRun): void | Promise<void>;
  /** A pass that was stopped, or ended by an error, has no end. */
  onPredictEnd?(run: PassRun): void | Promise<void>;
  /** Called at the end of every training, also after an error. */
  onTrainEnd?(run: TrainingRun, error?: unknown): void | Promise<void>;
  /**
   * true: the hooks of this callback run after those of all other callbacks, so that it sees what they changed.
   * Default: false.
   */
  readonly isLast?: boolean;
  /**
   * The values that `onEpochEnd` adds to an epoch's record, by name, with the direction that a monitor needs: small
   * values are good ("min"), large ones ("max"), or the monitor's `mode` has to say it ("none"). Without this, a name
   * that no epoch has could be monitored, and a file of logs would lack a column. Default: none.
   */
  readonly adds?: Readonly<Record<string, Direction | "none">>;
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
