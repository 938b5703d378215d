/** Numbers by name: `loss` and the metrics, and for the validation data `val_loss`, `val_accuracy` … */
export type Logs = Readonly<Record<string, number>>;

/** The record of one epoch. Its number counts from 0, as `initialEpoch` does. */
export interface EpochRecord extends Logs {
  readonly epoch: number;
  /** The mean of the batches' losses, each taken before the batch's step. */
  readonly loss: number;
  /** The optimizer's learning rate at the end of the epoch. */
  readonly learningRate: number;
  /**
   * How long the epoch took, including its measurements. With `resume`, the time before the checkpoint counts too; with
   * `initialBatch`, only the rest of the epoch counts.
   */
  readonly seconds: number;
}

/** The next batch to train; epoch and batch count from 0. Plain JSON. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
  /** The mean loss of the batches of this epoch that are done. */
  readonly loss?: number;
}

/** The result of a training, as plain data. */
export interface History {
  readonly epochs: readonly EpochRecord[];
  /** Why the training ended before its last epoch: "aborted", "interrupted", or the reason that a callback gave. */
  readonly stopped?: string;
  /** Where another fit would continue. */
  readonly next: Position;
}

/** A weighted running mean in double precision. Sum and weight are its whole state: with them it continues exactly. */
export class RunningMean {
  constructor(
    public sum = 0,
    public weight = 0,
  ) {}

  add(value: number, weight: number): void {
    this.sum += value * weight;
    this.weight += weight;
  }

  /** The mean; undefined before the first value. */
  get value(): number | undefined {
    return this.weight === 0 ? undefined : this.sum / this.weight;
  }
}
