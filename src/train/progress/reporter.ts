import type { EpochRecord, History } from "../history";

/** What is going to be trained. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly initialEpoch: number;
}

/** Where a training stands after a step. */
export interface StepReport extends TrainingPlan {
  /** Counted from 0. */
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** The epoch's mean loss so far. */
  readonly loss: number;
  /** Of training alone, without the first step, which may compile; 0 before the second. */
  readonly stepsPerSecond: number;
  /** To the training's end, measuring included; undefined before there is a pace. */
  readonly secondsLeft: number | undefined;
}

/** Shows a training as it goes. Any of these may be missing; `step` is called often, and should be quick. */
export interface Reporter {
  begin?(plan: TrainingPlan): void;
  /** Tells of something that will take long. */
  note?(text: string): void;
  step?(report: StepReport): void;
  epoch?(record: EpochRecord, plan: TrainingPlan): void;
  end?(history: History): void;
}

/** How fast a training goes. */
export class Pace {
  private steps = 0;
  private began: number | undefined;
  private measuring = 0;

  /** A step is done. The first one only starts the clock. */
  stepped(): void {
    if (this.began === undefined) this.began = performance.now();
    else this.steps++;
  }

  /** Seconds went by that were no training. */
  paused(seconds: number): void {
    if (this.began !== undefined) this.measuring += seconds;
  }

  get stepsPerSecond(): number {
    const seconds = this.elapsed() - this.measuring;
    return this.steps === 0 || seconds <= 0 ? 0 : this.steps / seconds;
  }

  secondsLeft(steps: number): number | undefined {
    return this.steps === 0 ? undefined : (this.elapsed() / this.steps) * steps;
  }

  private elapsed(): number {
    return this.began === undefined ? 0 : (performance.now() - this.began) / 1000;
  }
}
