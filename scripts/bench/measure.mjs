/** Timing a step, as ../shared/peers/peer.py does it, but never for less than the time asked for. */

export const SECONDS = 2;

const WARM_UPS = 5;
const LEAST_STEPS = 12;
const CAP = 20; // seconds for all of it; a very slow step gets fewer warm-ups, and fewer than 12 timed ones

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2)];
  return (sorted[low] + sorted[high]) / 2;
}

/**
 * Times the first call apart, then warms up, then times steps for `seconds`, at least 12 of them.
 *
 * @param step may return a promise
 * @param options `seconds`; `now`, a clock in milliseconds
 */
export async function measure(step, { seconds = SECONDS, now = () => performance.now() } = {}) {
  const timed = async () => {
    const start = now();
    await step();
    return now() - start;
  };
  const first = await timed();
  const begin = now();
  const spent = (since) => (now() - since) / 1000;
  for (let i = 0; i < WARM_UPS && spent(begin) < CAP / 4; i++) await step();
  const times = [];
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

const round = (ms) => Number(ms.toFixed(3));
