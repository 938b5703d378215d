export interface TimingsOptions {
  /** How often all are measured in turn; 20 unless told. */
  readonly rounds?: number;
  /** Calls of each in a round; 10 unless told. */
  readonly calls?: number;
}

/**
 * How long one call of each takes, in milliseconds: the mean of its fastest round. All are called once beforehand, and
 * they take turns, so that what else the machine does in the meantime hits all alike.
 *
 *   const { wrapper, trick } = await timings({ wrapper: () => step(x, y), trick: () => other(x, y) });
 *
 * @param work functions without a promise; they must free what they make
 * @throws RangeError for rounds or calls that are no whole number above 0
 */
export async function timings<Name extends string>(
  work: Readonly<Record<Name, () => unknown>>,
  { rounds = 20, calls = 10 }: TimingsOptions = {},
): Promise<Record<Name, number>> {
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
    for (const [name, call] of entries) least[name] = Math.min(least[name], timeOf(call, calls));
  }
  return least;
}

function timeOf(call: () => unknown, calls: number): number {
  const begin = performance.now();
  for (let i = 0; i < calls; i++) call();
  return (performance.now() - begin) / calls;
}
