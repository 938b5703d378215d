import type { LossResult, PartsResult, SplitLoss } from "../../compile";
import { type CountedParts, meanOfSum, type PartSum, type StepResult } from "./step-loss";
import type { CountedTerms } from "./terms";

/** The name of a part of the loss in a compiled step, by its number; any output's name may be taken there. */
export const partName = (i: number): string => `part${i}`;

/** The loss as a compiled step takes it. A single list of terms stays as it is: its number follows from its shape. */
export function asStepLoss(parts: CountedParts): LossResult {
  const [{ part, counted }] = parts as [CountedParts[0]];
  if (part.output === undefined && !("sum" in counted)) return asSplitLoss(counted);
  return Object.fromEntries(parts.map((each, i) => [partName(i), asSplitLoss(each.counted)]));
}

/** Terms and sums add up over shards; a mean is not split. */
function asSplitLoss(counted: CountedTerms): SplitLoss {
  if ("mean" in counted) return counted.mean;
  return "terms" in counted ? counted.terms : counted;
}

/**
 * Counts the terms of a compiled step's loss. A step returns sums and counts of the parts of its loss, but of a single list
 * of terms only the mean: the number of terms is known from the trace of each shape, and that a mean was returned too.
 */
export class TracedCounts {
  private readonly byShapes = new Map<string, readonly Traced[]>();
  private last: readonly Traced[] = [];

  /** Notes what the loss returned for a batch, or for a shard of it. */
  traced(parts: CountedParts, examples: number): void {
    this.last = parts.map(({ counted }) => ({
      isMean: "mean" in counted,
      perExample: "terms" in counted ? counted.terms.size / examples : 1,
    }));
  }

  /** @param shapes of the batch: its first step traced the loss */
  resultOf(
    result: number | ({ readonly loss: number } & Partial<PartsResult>),
    shapes: string,
    examples: number,
  ): StepResult {
    const known = this.byShapes.get(shapes) ?? this.last;
    this.byShapes.set(shapes, known);
    const loss = typeof result === "number" ? result : result.loss;
    const sums = typeof result === "number" ? undefined : result.parts;
    if (sums === undefined) {
      return { loss, parts: known.map(({ perExample }) => ({ mean: loss, count: perExample * examples })) };
    }
    const parts = known.map(({ isMean }, i): PartSum => {
      const { sum, count } = sums[partName(i)] as PartsResult["parts"][string];
      return { mean: meanOfSum(sum, count), count: isMean ? examples : count };
    });
    return { loss, parts };
  }
}

interface Traced {
  readonly isMean: boolean;
  readonly perExample: number;
}
