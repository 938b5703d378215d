// A setup file of vitest: verifies every trace of the unit suite, as captured, after each pass and after each partition.
import { afterEach } from "vitest";
import { observeTraces } from "../../src/compile/ir/observe";
import type { Trace } from "../../src/compile/ir/trace";

const traces: { readonly trace: Trace; readonly stage: string }[] = [];

observeTraces((trace, stage) => {
  traces.push({ trace, stage });
});

// After the test, because the code under test may catch errors; and loaded only where there are traces.
afterEach(async () => {
  if (traces.length === 0) return;
  const { verifyTrace } = await import("../../src/compile/ir/verify");
  for (const { trace, stage } of traces.splice(0)) verifyTrace(trace, stage);
});
