import { expect } from "vitest";
import { parseTrace } from "../../../src/compile/ir/parse";
import { printTrace } from "../../../src/compile/ir/print";
import type { Trace } from "../../../src/compile/ir/trace";
import { verifyTrace } from "../../../src/compile/ir/verify";

/** Expects a well-formed trace with this text, whose values may have any names. */
export function expectText(trace: Trace, text: string): void {
  verifyTrace(trace);
  expect(printTrace(trace)).toBe(printTrace(parseTrace(text)));
}
