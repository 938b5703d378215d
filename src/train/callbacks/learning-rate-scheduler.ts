import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkFunction, checkNumber } from "../checks";
import { checkState } from "./checks";
import { rateOf } from "./rate";

const WHERE = "LearningRateScheduler";

/**
 * Sets the learning rate at the beginning of each epoch. (The `learningRate` of an optimizer may also be a function of
 * the step.)
 *
 * @example
 *   const scheduler = new LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9));
 *   await fit(model, mnist.train, { loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 20, callbacks: [scheduler] });
 */
export class LearningRateScheduler implements Callback {
  /**
   * The rate that was set last. A resumed training calls `onEpochBegin` again for an epoch that was stopped before its
   * first batch; that epoch must not be scheduled twice.
   */
  private last: { readonly epoch: number; readonly rate: number } | undefined;

  /** @param schedule from the epoch, counted from 0, and the current rate to the rate of that epoch */
  constructor(private readonly schedule: (epoch: number, learningRate: number) => number) {
    checkFunction(WHERE, "schedule", schedule);
  }

  onTrainBegin({ optimizer, step }: TrainingRun): void {
    if (step === 0) this.last = undefined;
    if (typeof optimizer.learningRate === "number") return;
    throw new ArgumentError(WHERE, "optimizer.learningRate", "a number, which it can set", "a function");
  }

  onEpochBegin(epoch: number, { optimizer }: TrainingRun): void {
    if (this.last?.epoch === epoch && this.last.rate === optimizer.learningRate) return;
    const rate = this.schedule(epoch, rateOf(optimizer));
    checkNumber(WHERE, `the rate of epoch ${epoch + 1}`, rate, 0);
    optimizer.learningRate = rate;
    this.last = { epoch, rate };
  }

  getState(): unknown {
    return this.last;
  }

  setState(state: unknown): void {
    checkState(WHERE, state, ["epoch", "rate"]);
    this.last = state as { epoch: number; rate: number };
  }
}
