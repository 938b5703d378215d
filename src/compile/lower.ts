import { observed } from "./ir/observe";
import { rewrite } from "./ir/rewrite";
import type { Op, Scan, Trace } from "./ir/trace";
import { PASSES } from "./passes";

export interface LowerOptions {
  /** Whether the graph is for any batch size and length; then only the passes that decide nothing by sizes run. Default: false. */
  anySize?: boolean;
  /** Whether the trace is the body of a while loop. Default: false. */
  inLoop?: boolean;
}

/** Runs the passes, in order, on a trace as it was captured, and on the bodies of the loops inside it. */
export function lower(trace: Trace, { anySize = false, inLoop = false }: LowerOptions = {}): Trace {
  const passes = PASSES.filter((pass) => (pass.anySize || !anySize) && (inLoop || !pass.inLoops));
  const lowered = new Map<Scan, Scan>();
  return passes.reduce((now, { name, run }) => observed(run(now), name), withLoops(trace));

  /** A forward and a backward loop share one Scan object, and must share one afterwards: `emit` matches them by it. */
  function lowerScan(scan: Scan): Scan {
    const known = lowered.get(scan) ?? { ...scan, trace: lower(scan.trace, { anySize }) };
    lowered.set(scan, known);
    return known;
  }

  function withLoops(outer: Trace): Trace {
    return rewrite(outer, (op, { moved }): Op => {
      if (op.scan !== undefined) return { ...moved(op), scan: lowerScan(op.scan) };
      if (op.loop !== undefined) {
        return { ...moved(op), loop: { ...op.loop, trace: lower(op.loop.trace, { anySize, inLoop: true }) } };
      }
      return moved(op);
    });
  }
}
