import { checkOptions } from "../arguments";
export interface TimingsOptions {
  /** The number of rounds; each round measures all functions in turn. Default: 200. */
  readonly rounds?: number;
  /**
   * The number of calls of each function in a round; their mean counts. Use more for a function that is too short for
   * the clock. Default: 1.
   */
  readonly calls?: number;
}

/**
 * Measures how long one call of each function takes, in milliseconds: the fastest round counts. All functions are
 * called once before. They take turns, and each round begins with the next function, so that other work on the machine
 * affects all alike, and so does the state of the processor's caches after the function before. Many short rounds find
 * a quiet moment on a busy machine; few long ones do not.
 *
 *   const { wrapper, trick } = await timings({ wrapper: () => step(x, y), trick: () => other(x, y) });
 *
 * @param work functions without a promise; they must free the tensors that they make
 * @throws RangeError for rounds or calls that are not a whole number above 0
 */
export async function timings<Name extends string>(
  work: Readonly<Record<Name, () => unknown>>,
  options: TimingsOptions = {},
): Promise<Record<Name, number>> {
  checkOptions("timings", options, ["rounds", "calls"]);
  const { rounds = 200, calls = 1 } = options;
  for (const [name, count] of Object.entries({ rounds, calls })) {
    if (!(Number.isInteger(count) && count > 0)) {
      throw new RangeError(`timings: ${name}: expected a whole number above 0, got ${count}`);
    }
  }
  const entries = Object.entries(work) as [Name, () => unknown][];
  for (const [, call] of entries) call();
  const least = Object.fromEntries(entries.map(([name]) => [name, Number.POSITIVE_INFINITY])) as Record<Name, number>;
  for (let round = 0; round < rounds; round++) {
    await new Promise(setImmediate); // the stop button's turn
    const first = round % Math.max(entries.length, 1);
    for (const [name, call] of [...entries.slice(first), ...entries.slice(0, first)]) {
      least[name] = Math.min(least[name], timeOf(call, calls));
    }
  }
  return least;
}

function timeOf(call: () => unknown, calls: number): number {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) call();
  return (performance.now() - begin) / calls;
}
