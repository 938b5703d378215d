/** One row for each peer and workload. */
import { median } from "./measure.mjs";

/**
 * Several rounds in one row: the median of medians, the least of all, the most memory. A failure in one fails it.
 *
 * @param rounds what the children printed, or `{ failed: reason }`
 */
export function rowOf(peer, workload, rounds) {
  const failed = rounds.some((round) => round.failed !== undefined);
  const all = (key) => rounds.map((round) => round[key]).filter((value) => Number.isFinite(value));
  const taken = (key, of) => (failed || all(key).length === 0 ? null : of(all(key)));
  return {
    peer,
    workload,
    median_ms: taken("median_ms", median),
    min_ms: taken("min_ms", (values) => Math.min(...values)),
    first_step_ms: taken("first_step_ms", median),
    rss_mb: taken("rss_mb", (values) => Math.max(...values)),
    steps: taken("steps", (values) => values.reduce((sum, value) => sum + value, 0)),
    ...(failed && { failed: true }),
  };
}

/** The Python peer with the least time, or undefined. */
export function bestOf(rows, peers) {
  const done = rows.filter(({ peer, median_ms }) => peers.includes(peer) && median_ms !== null);
  return done.sort((a, b) => a.median_ms - b.median_ms)[0];
}
