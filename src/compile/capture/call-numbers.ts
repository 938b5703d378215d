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
  for (const loop of loops) if (!loop.has(count)) loop.set(count, count.calls);
  return count.calls++;
}

/** The loops over time that are running: the calls that each count had before the loop. */
const loops: Map<Count, number>[] = [];

/**
 * Runs a loop over time. It calls `nextStep` before each time step, and the calls of every step then have the same
 * numbers: a compiled loop has one graph for all steps, so it cannot number them on. After the loop the numbers go on from its
 * longest step.
 */
export function numberedLoop<T>(run: (nextStep: () => void) => T): T {
  const before = new Map<Count, number>();
  const most = new Map<Count, number>(); // the last step may be shorter: a condition that ends the loop
  const noteMost = () => {
    for (const count of before.keys()) most.set(count, Math.max(most.get(count) ?? 0, count.calls));
  };
  loops.push(before);
  try {
    return run(() => {
      noteMost();
      for (const [count, calls] of before) count.calls = calls;
    });
  } finally {
    loops.pop();
    noteMost();
    for (const [count, calls] of most) count.calls = calls;
  }
}
