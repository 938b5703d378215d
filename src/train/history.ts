/** Numbers by name: `loss` and the metrics, and for the validation data `val_loss`, `val_accuracy` … */
export type Logs = Readonly<Record<string, number>>;

/** The record of one epoch. Its number counts from 0, as `initialEpoch` does. */
export interface EpochRecord extends Logs {
  readonly epoch: number;
  /**
   * Σ sum / Σ count over the batches' terms, each batch taken before its step; the weighted sum of those where the loss
   * has several functions.
   */
  readonly loss: number;
  /** The optimizer's learning rate at the end of the epoch. */
  readonly learningRate: number;
  /**
   * How long the epoch took, including its measurements. With `resume`, the time before the checkpoint counts too; with
   * `initialBatch`, only the rest of the epoch counts.
   */
  readonly seconds: number;
}

/** An epoch's record as callbacks get it: they may add values under the names that their `adds` declares. */
export type EpochLogs = EpochRecord & Record<string, number>;

/** The next batch to train; epoch and batch count from 0. Plain JSON. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
  /** The mean loss of the batches of this epoch that are done. */
  readonly loss?: number;
  /** The sums that this mean is made of, for `initialSums` of the fit that continues. */
  readonly sums?: LossSums;
}

/** The sum of a loss's terms and their number, by the names of the loss's functions; "loss" where there is one. */
export type LossSums = Readonly<Record<string, { readonly sum: number; readonly count: number }>>;

/** The result of a training, as plain data. */
export interface History {
  readonly epochs: readonly EpochRecord[];
  /** Why the training ended before its last epoch: "aborted", "interrupted", or the reason that a callback gave. */
  readonly stopped?: string;
  /** Where another fit would continue. */
  readonly next: Position;
}
