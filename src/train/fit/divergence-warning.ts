import type { StepResult } from "../loss/step-loss";
import { number } from "../progress/text";

/** How many times its first value a loss must be, for a warning. */
const TIMES = 1000;
/** The first value is the mean of so many terms at least: the loss of one example alone may be small by chance. */
const TERMS = 8;

/** Tells once when the loss of a training has become 1,000 times its first value, which too large a learning rate does. */
export class DivergenceWarning {
  private sum = 0;
  private terms = 0;
  private isDone = false;

  constructor(private readonly warn: (line: string) => void = console.warn) {}

  /** @param place "epoch 1, batch 12"; @param rate gives the learning rate */
  see({ loss, parts }: StepResult, place: string, rate: () => number): void {
    if (this.isDone) return;
    const first = this.sum / this.terms;
    if (this.terms >= TERMS && first > 0 && loss > TIMES * first) {
      this.isDone = true;
      this.warn(
        `unroll: fit: the loss is ${number(loss)} in ${place}, over 1,000 times its first value, ${number(first)}: ` +
          `the training diverges. Try a smaller learning rate (it is ${number(rate())}), globalClipNorm: 1 in the optimizer, ` +
          "or x and y scaled to a mean of 0 and a deviation of 1",
      );
    }
    if (this.terms >= TERMS) return;
    const count = Math.max(1, ...parts.map((part) => part.count));
    this.sum += loss * count;
    this.terms += count;
  }
}
