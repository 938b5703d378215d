import type { Trace } from "./trace";

/** Is shown a trace, and the name of the stage that made it: "capture", or a pass. */
export type TraceListener = (trace: Trace, stage: string) => void;

let listener: TraceListener | undefined;

/** Shows every trace, as captured and after each pass, to a listener. The tests verify traces by it. */
export function observeTraces(each: TraceListener | undefined): void {
  listener = each;
}

/** Shows a trace to the listener, if there is one; returns the trace. */
export function observed(trace: Trace, stage: string): Trace {
  listener?.(trace, stage);
  return trace;
}
