import type { Trace } from "./trace";

/**
 * Takes a trace, and the name of the stage that made it: "capture", the name of a pass, "partition, first" or
 * "partition, rest".
 */
export type TraceListener = (trace: Trace, stage: string) => void;

let listener: TraceListener | undefined;

/**
 * Shows every trace to a listener: as captured, after each pass, and the parts of each partition. The tests verify traces
 * by it.
 *
 * @returns a function that brings the listener before this one back
 */
export function observeTraces(next: TraceListener): () => void {
  const before = listener;
  listener = next;
  return () => {
    listener = before;
  };
}

/** Shows a trace to the listener, if there is one; returns the trace. */
export function observed(trace: Trace, stage: string): Trace {
  listener?.(trace, stage);
  return trace;
}
