import { runningCapture } from "./capture";

/** The numbers of calls that run eagerly. */
const EAGER = {};

interface Count {
  /** How many calls have a number. */
  calls: number;
  /** What the count belongs to. */
  readonly marks: readonly unknown[];
}

const counts = new WeakMap<object, WeakMap<object, Count>>();

/**
 * Numbers calls: 0 for the first call with this owner, then 1, 2, … Each capture of a compiled function counts on its own
 * from 0, so that a function has the same numbers at every capture, whatever ran before. A call with other marks begins
 * at 0 again.
 */
export function nextCallNumber(owner: object, marks: readonly unknown[] = []): number {
  const place = runningCapture() ?? EAGER;
  const here = counts.get(place) ?? new WeakMap<object, Count>();
  counts.set(place, here);
  const before = here.get(owner);
  const isSame = before !== undefined && marks.every((mark, i) => mark === before.marks[i]);
  const count = isSame ? before : { calls: 0, marks };
  here.set(owner, count);
  return count.calls++;
}
