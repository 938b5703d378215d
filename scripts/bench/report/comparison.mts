/** Two builds of this library beside each other, as numbers and for people. */
import { median } from "../median.mts";
import { aligned } from "./aligned.mts";
import { medianInterval } from "./median-interval.mts";
import { type Failure, isFailure } from "./rows.mts";

/** A new build is slower where the whole interval of the ratio lies below this: it is at least 3 % slower, surely. */
export const LEAST_RATIO = 0.97;

/** What two processes measured side by side, one with each build. */
export interface Turn {
  /** Milliseconds a step. */
  readonly old_ms: number;
  readonly new_ms: number;
  /** The median of old time over new time, block by block. */
  readonly ratio: number;
}

export interface Comparison {
  readonly workload: string;
  readonly turns: number;
  /** The median of the turns. */
  readonly old_ms: number;
  readonly new_ms: number;
  /** Old time over new time, the median of the turns: above 1 the new build is faster. */
  readonly ratio: number;
  /** The ratio's 90 % interval. */
  readonly low: number;
  readonly high: number;
  readonly slower: boolean;
}

export type Compared = Comparison | (Failure & { readonly workload: string });

export function comparisonOf(workload: string, turns: readonly Turn[]): Comparison {
  const ratios = turns.map(({ ratio }) => ratio);
  const { low, high } = medianInterval(ratios);
  return {
    workload,
    turns: turns.length,
    old_ms: median(turns.map(({ old_ms }) => old_ms)),
    new_ms: median(turns.map(({ new_ms }) => new_ms)),
    ratio: median(ratios),
    low,
    high,
    slower: high < LEAST_RATIO,
  };
}

/** Whether the new build is as fast as the old one, and everything was measured. */
export const isGood = (each: Compared): boolean => !isFailure(each) && !each.slower;

export function comparisonTable(compared: readonly Compared[]): string {
  const header = ["", "old", "new", "ratio", "90 % interval", "verdict"];
  const lines = compared.map((each) => {
    if (isFailure(each)) return [each.workload, "failed"];
    const { workload, old_ms, new_ms, ratio, low, high, slower } = each;
    const interval = `${low.toFixed(3)} to ${high.toFixed(3)}`;
    return [workload, milliseconds(old_ms), milliseconds(new_ms), ratio.toFixed(3), interval, slower ? "SLOWER" : "ok"];
  });
  return `${aligned([header, ...lines])}

ratio: old time / new time, the median over the turns, above 1 is faster; SLOWER: its whole interval lies below ${LEAST_RATIO}`;
}

const milliseconds = (value: number): string => `${value.toFixed(2)} ms`;
