import { RANDOM_UNIFORM } from "../ir/ops";
import { rewrite } from "../ir/rewrite";
import type { Op, Scan, Trace } from "../ir/trace";

/**
 * Marks the random draws that all examples share, such as a mask on a weight: every shard draws the same numbers. All other
 * draws have a row for each example, and a shard takes its rows of the batch's draw. By the size of a shard alone the two kinds
 * cannot be told apart, so the trace of a shard is compared with that of the whole batch: the first axis of a shared draw
 * stays what it is.
 *
 * @returns the trace as it is where the two do not draw equally often
 */
export function markSharedDraws(ofShard: Trace, ofWhole: Trace): Trace {
  const [own, whole] = [drawsIn(ofShard), drawsIn(ofWhole)];
  if (own.length !== whole.length) return ofShard;
  const shared = new Set(own.filter(({ shapes }, i) => shapes[0]?.join() === whole[i]?.shapes[0]?.join()));
  return shared.size === 0 ? ofShard : marked(ofShard, shared, new Map());
}

/** The random draws of a trace and of the loops in it, in their order. */
function drawsIn({ ops }: Trace, seen = new Set<Scan>()): Op[] {
  return ops.flatMap((op) => {
    if (op.name === RANDOM_UNIFORM) return [op];
    if (op.loop !== undefined) return drawsIn(op.loop.trace, seen);
    if (op.scan === undefined || seen.has(op.scan)) return [];
    seen.add(op.scan);
    return drawsIn(op.scan.trace, seen);
  });
}

/** @param scans the loops that are marked already: the op of the forward and that of the backward loop share one */
function marked(trace: Trace, shared: ReadonlySet<Op>, scans: Map<Scan, Scan>): Trace {
  const markedScan = (scan: Scan): Scan => {
    const known = scans.get(scan) ?? { ...scan, trace: marked(scan.trace, shared, scans) };
    scans.set(scan, known);
    return known;
  };
  return rewrite(trace, (op, { moved }) => ({
    ...moved(op),
    ...(shared.has(op) && { isShared: true }),
    ...(op.scan && { scan: markedScan(op.scan) }),
    ...(op.loop && { loop: { ...op.loop, trace: marked(op.loop.trace, shared, scans) } }),
  }));
}
