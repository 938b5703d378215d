/** How far compiled steps are from eager ones. */
import type { Library } from "./library.mts";
import { compiledStep, eagerStep, type Step } from "./steps.mts";
import type { Workload } from "./workload.mts";

/** One rounding of a float32. */
const ROUNDING = 2 ** -23;

export interface DifferenceOptions {
  readonly steps: number;
  /** How far eager steps may be from eager steps whose first weights are one rounding off. */
  readonly drift: number;
  /** How many batches to try. Default: 10. */
  readonly seeds?: number;
}

export interface Difference {
  /** The batch that decided; null where every batch drifted. */
  readonly seed: number | null;
  readonly drift: number | null;
  /** The largest relative difference of a loss. */
  readonly difference: number | null;
}

/**
 * Losses of compiled and eager steps from the same seeds. Where training itself magnifies a rounding (a ReLU's kink, Adam's
 * first steps), no two orders of adding up agree. Such a batch decides nothing, and the next seed's batch is taken.
 */
export function largestDifference(
  library: Library,
  workload: Workload,
  { steps, drift: most, seeds = 10 }: DifferenceOptions,
): Difference {
  for (let seed = 7; seed < 7 + 2 * seeds; seed += 2) {
    const eager = lossesOf(eagerStep(library, workload, { seed }), steps);
    const drift = differenceOf(lossesOf(eagerStep(library, workload, { seed, nudge: ROUNDING }), steps), eager);
    if (drift > most) continue;
    const compiled = lossesOf(compiledStep(library, workload, { seed }), steps);
    return { seed, drift, difference: differenceOf(compiled, eager) };
  }
  return { seed: null, drift: null, difference: null };
}

const lossesOf = (step: Step, steps: number): number[] => Array.from({ length: steps }, () => step());

const differenceOf = (losses: readonly number[], others: readonly number[]): number =>
  Math.max(...losses.map((loss, i) => Math.abs(loss / (others[i] ?? Number.NaN) - 1)));
