/** Numbers by name: `loss`, the metrics, and the same of the validation data as `val_loss`, `val_accuracy`. */
export type Logs = Readonly<Record<string, number>>;

/** One epoch. Its number counts from 0, as `initialEpoch` does. */
export interface EpochRecord extends Logs {
  readonly epoch: number;
  /** The mean of the batches' losses during the epoch, each before its step. */
  readonly loss: number;
  /** The optimizer's, at the epoch's end. */
  readonly learningRate: number;
  /** Time, measuring included. */
  readonly seconds: number;
}

/** Where a training goes on: the next batch to train, both counted from 0. Plain JSON. */
export interface Position {
  readonly epoch: number;
  readonly batch: number;
  /** The mean loss of this epoch's batches so far. */
  readonly loss?: number;
}

/** What a training did, as plain data. */
export interface History {
  readonly epochs: readonly EpochRecord[];
  /** Why it ended before its last epoch: "aborted", "interrupted", or what a callback said. */
  readonly stopped?: string;
  /** Where a further fit would go on. */
  readonly next: Position;
}

/** A mean that grows, weighted and in double precision. Sum and weight are all that it needs to go on exactly. */
export class RunningMean {
  constructor(
    public sum = 0,
    public weight = 0,
  ) {}

  add(value: number, weight: number): void {
    this.sum += value * weight;
    this.weight += weight;
  }

  /** undefined before the first value */
  get value(): number | undefined {
    return this.weight === 0 ? undefined : this.sum / this.weight;
  }
}
