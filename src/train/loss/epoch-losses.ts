import type { Logs, LossSums } from "../history";
import type { LossPart } from "./batch-loss";
import { meanOfSum, type StepResult } from "./step-loss";

/** The loss of an epoch so far, in double precision. Its sums are its whole state: with them it continues exactly. */
export class EpochLosses {
  private readonly sums: { sum: number; count: number }[];

  constructor(
    private readonly parts: readonly LossPart[],
    start: LossSums = {},
  ) {
    this.sums = parts.map((part) => ({ sum: 0, count: 0, ...start[nameOf(part)] }));
  }

  add({ loss, parts }: StepResult): void {
    const isAll = parts.length === 1 && this.parts[0]?.weight === 1; // the step's loss is then its mean
    parts.forEach(({ mean, count }, i) => {
      const total = this.sums[i] as { sum: number; count: number };
      total.sum += (isAll ? loss : mean) * count;
      total.count += count;
    });
  }

  /** The loss: the weighted sum of the means. Undefined before the first batch. */
  get value(): number | undefined {
    if (this.sums.every(({ count }) => count === 0)) return undefined;
    return this.parts.reduce((sum, { weight }, i) => sum + weight * this.mean(i), 0);
  }

  /** The means of the functions of a loss that has several, by name: "tags_loss". */
  get logs(): Logs {
    return Object.fromEntries(lossNames(this.parts).map((name, i) => [name, this.mean(i)]));
  }

  get state(): LossSums {
    return Object.fromEntries(this.parts.map((part, i) => [nameOf(part), { ...this.sums[i] }])) as LossSums;
  }

  private mean(i: number): number {
    const { sum, count } = this.sums[i] as { sum: number; count: number };
    return meanOfSum(sum, count);
  }
}

/** The names in `LossSums` of a loss's functions. */
export const sumNames = (parts: readonly LossPart[]): string[] => parts.map(nameOf);

const nameOf = ({ output }: LossPart): string => output ?? "loss";

/** The names in logs of the functions of a loss; none where there is one. */
export const lossNames = (parts: readonly LossPart[]): string[] =>
  parts.flatMap(({ output }) => (output === undefined ? [] : [`${output}_loss`]));
