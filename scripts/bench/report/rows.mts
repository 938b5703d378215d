/** One row for each peer and workload. */
import type { Timing } from "../measure.mts";
import { median } from "../median.mts";
import type { Peer } from "../peers.mts";
import type { Process } from "../run-child.mts";

/** What a process that measures a peer prints. Not every peer times its first step, or counts its steps. */
export type Measured = Pick<Timing, "median_ms" | "min_ms"> & Partial<Timing> & Process & Ran;

interface Ran {
  /** The way to run the peer that was the fastest, "eager, 2 threads", where it has several. */
  readonly with?: string | undefined;
}

export interface Failure {
  /** Why. */
  readonly failed: string;
}

/** Several rounds together; what the peer does not tell is null. */
export interface Row extends Record<keyof Timing | "rss_mb", number | null>, Ran {
  readonly peer: Peer;
  readonly workload: string;
  readonly failed?: true;
}

export const isFailure = (round: object): round is Failure => "failed" in round;

/** Several rounds in one row: the median of medians, the least of all, the most memory. A failure in one fails the row. */
export function rowOf(peer: Peer, workload: string, rounds: readonly (Measured | Failure)[]): Row {
  const measured = rounds.filter((round): round is Measured => !isFailure(round));
  const failed = measured.length < rounds.length;
  const taken = (key: keyof Timing | "rss_mb", of: (values: number[]) => number): number | null => {
    const values = measured.flatMap((round) => round[key] ?? []).filter((value) => Number.isFinite(value));
    return failed || values.length === 0 ? null : of(values);
  };
  const way = measured.at(-1)?.with;
  return {
    peer,
    workload,
    median_ms: taken("median_ms", median),
    min_ms: taken("min_ms", (values) => Math.min(...values)),
    first_step_ms: taken("first_step_ms", median),
    rss_mb: taken("rss_mb", (values) => Math.max(...values)),
    steps: taken("steps", (values) => values.reduce((sum, value) => sum + value, 0)),
    ...(way !== undefined && { with: way }),
    ...(failed && { failed: true }),
  };
}

/** A row with a time. */
export type Timed = Row & { readonly median_ms: number };

export const isTimed = (row: Row): row is Timed => row.median_ms !== null;

/** The peer with the least time among those named, or undefined. */
export function bestOf(rows: readonly Row[], peers: readonly Peer[]): Timed | undefined {
  const timed = rows.filter(isTimed).filter(({ peer }) => peers.includes(peer));
  return timed.sort((a, b) => a.median_ms - b.median_ms)[0];
}
