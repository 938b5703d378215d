/** Timing a step, as ../shared/peers/peer.py does it, but never for less than the time asked for. */
import { median } from "./median.mts";

export const SECONDS = 2;

const WARM_UPS = 5;
const LEAST_STEPS = 12;
const CAP = 20; // seconds for all of it; a very slow step gets fewer warm-ups, and fewer than 12 timed ones

export interface MeasureOptions {
  /** How long steps are timed for. Default: 2. */
  readonly seconds?: number;
  /** A clock in milliseconds. Default: the system's. */
  readonly now?: () => number;
}

export interface Timing {
  readonly median_ms: number;
  readonly min_ms: number;
  readonly first_step_ms: number;
  readonly steps: number;
}

/**
 * Times the first call apart, then warms up, then times steps for `seconds`, at least 12 of them.
 *
 * @param step may return a promise
 */
export async function measure(
  step: () => unknown,
  { seconds = SECONDS, now = () => performance.now() }: MeasureOptions = {},
): Promise<Timing> {
  const timed = async () => {
    const start = now();
    await step();
    return now() - start;
  };
  const first = await timed();
  const begin = now();
  const spent = (since: number) => (now() - since) / 1000;
  for (let i = 0; i < WARM_UPS && spent(begin) < CAP / 4; i++) await step();
  const times: number[] = [];
  const start = now();
  do times.push(await timed());
  while (spent(begin) < CAP && (times.length < LEAST_STEPS || spent(start) < seconds));
  return {
    median_ms: round(median(times)),
    min_ms: round(Math.min(...times)),
    first_step_ms: round(first),
    steps: times.length,
  };
}

const round = (ms: number): number => Number(ms.toFixed(3));
