import { Pace } from "./pace";
import type { Reporter, TrainingPlan } from "./reporter";

/** Tells a reporter of each step, with the training's speed. */
export class StepReports {
  private readonly pace = new Pace();

  constructor(
    private readonly reporter: Reporter,
    private readonly plan: TrainingPlan,
  ) {}

  /** @param batch the number of batches of this epoch that are done; @param loss the mean loss of the epoch so far */
  stepped(epoch: number, batch: number, loss: number): void {
    const { reporter, plan, pace } = this;
    pace.stepped();
    if (reporter.step === undefined) return;
    const secondsLeft = pace.secondsLeft((plan.epochs - epoch) * plan.stepsPerEpoch - batch);
    reporter.step({ ...plan, epoch, batch, loss, stepsPerSecond: pace.stepsPerSecond, secondsLeft });
  }

  /** Does something that is no step: its time does not count in the speed. */
  async pausing<T>(run: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await run();
    this.pace.paused((performance.now() - began) / 1000);
    return result;
  }
}
