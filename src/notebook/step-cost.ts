import { peakMemory } from "./peak-memory";

/** What the calls of a step cost. */
export interface StepCost<T> {
  /** Seconds of the first call, which compiles and builds what later calls find. */
  readonly first: number;
  /** Seconds of the fastest of the other calls. */
  readonly fastest: number;
  /** By how many bytes the process grew at most. */
  readonly bytes: number;
  /** What the last call returned. */
  readonly last: T;
}

/**
 * Calls a step several times and says what it cost. Memory that the process had freed before is not seen: measure in a
 * process of its own (`inFreshProcess`).
 *
 *   const { first, fastest, bytes } = await stepCost(() => step(x, y));
 *
 * @param calls at least 2. Default: 6.
 * @throws RangeError for fewer calls
 */
export async function stepCost<T>(step: () => T, calls = 6): Promise<StepCost<T>> {
  if (!(Number.isInteger(calls) && calls >= 2)) {
    throw new RangeError(`stepCost: calls: expected a whole number of at least 2, got ${calls}`);
  }
  const seconds: number[] = [];
  const timed = (): T => {
    const began = performance.now();
    const value = step();
    seconds.push((performance.now() - began) / 1000);
    return value;
  };
  const { value: last, bytes } = await peakMemory(() => {
    for (let call = 1; call < calls; call++) timed();
    return timed();
  });
  const [first = Number.NaN, ...others] = seconds;
  return { first, fastest: Math.min(...others), bytes, last };
}
