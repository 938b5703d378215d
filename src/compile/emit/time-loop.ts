import { INT32 } from "../engine/dtypes";
import { type Trace, valuesUsed } from "../ir/trace";
import type { Placement } from "./emit-op";
import type { GraphWriter, Ref } from "./graph-writer";
import type { LoopContext, LoopOptions } from "./while-loop";

/**
 * The options of a loop over time. Its iterations are a chain, so nothing is gained by running several at once.
 *
 * @param placement of the trace that the loop belongs to: it may be in a loop over shards
 */
export const timeLoop = (writer: GraphWriter, iterations: Ref, { enter }: Placement): LoopOptions => ({
  frame: writer.freshName("time"),
  scope: "while", // TensorFlow 1.x's name for it
  iterations,
  parallel: 1,
  enterParent: enter,
});

/** A whole number, right outside the loop over time. */
export const intOutside = (writer: GraphWriter, value: number, { enter }: Placement): Ref =>
  enter(writer.int(value), INT32);

/**
 * Where a chunk's trace is emitted: inside the loop over time.
 *
 * @param inputOf writes an input of the trace; called only for those that the trace uses
 */
export function chunkPlacement(
  trace: Trace,
  inputOf: (input: number) => Ref,
  loop: LoopContext,
  outside: Placement,
): Placement {
  const used = inputsUsed(trace);
  const inputs = trace.inputs.map((_, input) => (used.has(input) ? inputOf(input) : ""));
  const random = outside.randomInLoop?.(loop);
  return { inputs, enter: loop.enterFromTop, ...(random && { random }) };
}

export function inputsUsed(trace: Trace): Set<number> {
  return new Set(valuesUsed(trace).flatMap((value) => ("input" in value ? [value.input] : [])));
}
