import type { EpochRecord, History } from "../history";

/** What a training is going to do. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly initialEpoch: number;
}

/** The progress of a training after a step. */
export interface StepReport extends TrainingPlan {
  /** The epoch, counted from 0. */
  readonly epoch: number;
  /** The number of batches of this epoch that are done. */
  readonly batch: number;
  /** The mean loss of the epoch so far. */
  readonly loss: number;
  /**
   * The speed of the steps, without measurements and without the first step, which may compile. 0 before the second
   * step.
   */
  readonly stepsPerSecond: number;
  /** The seconds to the end of the training, including measurements; undefined before the second step. */
  readonly secondsLeft: number | undefined;
}

/**
 * Shows the progress of a training. All methods are optional. `step` is called after every step and should return
 * quickly.
 *
 * @example
 *   const reporter: Reporter = {
 *     epoch: ({ epoch, loss }, { epochs }) => console.log(`${epoch + 1} of ${epochs}: ${loss}`),
 *   };
 *   await fit(model, mnist.train, { loss: crossEntropy, optimizer: new AdamOptimizer(), progress: reporter });
 */
export interface Reporter {
  begin?(plan: TrainingPlan): void;
  /** Announces work that will take long, in words. */
  note?(text: string): void;
  step?(report: StepReport): void;
  epoch?(record: EpochRecord, plan: TrainingPlan): void;
  end?(history: History): void;
}
