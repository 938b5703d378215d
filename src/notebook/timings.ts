export interface TimingsOptions {
  /** How often all are measured in turn; 200 unless told. */
  readonly rounds?: number;
  /** Calls of each in a round, whose mean counts; 1 unless told. More are for what is too short for the clock. */
  readonly calls?: number;
}

/**
 * How long one call of each takes, in milliseconds: its fastest round. All are called once beforehand, and they take turns,
 * each round from the next one on, so that what else the machine does in the meantime hits all alike, and so does what the
 * one before leaves in the processor's caches. Many short rounds find a quiet moment on a busy machine; few long ones do not.
 *
 *   const { wrapper, trick } = await timings({ wrapper: () => step(x, y), trick: () => other(x, y) });
 *
 * @param work functions without a promise; they must free what they make
 * @throws RangeError for rounds or calls that are no whole number above 0
 */
export async function timings<Name extends string>(
  work: Readonly<Record<Name, () => unknown>>,
  { rounds = 200, calls = 1 }: TimingsOptions = {},
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
