import { FLOAT32, INT32 } from "../engine/dtypes";
import { typeAttr } from "../engine/protobuf";
import { dependingOnlyOn, partition, withOutputs } from "../ir/partition";
import type { Signature, WhileLoop } from "../ir/trace";
import type { EmitTrace, Placement } from "./emit-op";
import type { GraphWriter, Ref } from "./graph-writer";
import { gatherElements, type TensorArray, tensorArray, writeElement } from "./tensor-array";
import { chunkPlacement, intOutside, timeLoop } from "./time-loop";
import { type LoopContext, writeConditionalLoop } from "./while-loop";

/** What a while loop is written from. */
export interface WhileSource {
  /** The inputs of its op. */
  readonly inputs: readonly Ref[];
  /** The outputs of its op that anything reads. */
  readonly used: ReadonlySet<number>;
  readonly placement: Placement;
  readonly emit: EmitTrace;
}

/**
 * Writes a loop that runs while a condition holds. What depends on captured values alone is computed once, before the loop.
 * Results that nothing reads are not computed.
 *
 * @returns the outputs of its op; "" for results that nothing reads
 */
export function emitWhileLoop(writer: GraphWriter, loop: WhileLoop, source: WhileSource): Ref[] {
  const { used, placement, emit } = source;
  const { variables } = loop.counts;
  const [most = "", ...rest] = source.inputs;
  const [initial, zeros, captured] = [
    rest.slice(0, variables),
    rest.slice(variables, variables + loop.counts.results),
    rest.slice(variables + loop.counts.results),
  ];
  const { invariants, iteration } = hoisted(writer, loop, captured, source);
  const outside = [...new Array<Ref>(variables + 1).fill(""), ...captured, ...invariants]; // by input of the iteration
  const results = zeros.flatMap((_, i) => (used.has(1 + variables + i) ? [i] : []));
  const condition = withOutputs(iteration, [0]);
  const body = withOutputs(iteration, [
    ...initial.map((_, i) => 1 + i),
    ...results.map((result) => 1 + variables + result),
  ]);
  const arrays = results.map((result, i) =>
    resultArray(writer, body.results[variables + i] as Signature, most, zeros[result] as Ref, placement),
  );
  const inputReader = (context: LoopContext) => (input: number) => {
    if (input < variables) return context.carried[input] as Ref;
    if (input === variables) return context.index;
    return context.enter(outside[input] as Ref, iteration.inputs[input]?.dtype as number);
  };
  const options = {
    ...timeLoop(writer, most, placement),
    waits: loop.waits,
    condition: (before: LoopContext) =>
      emit(writer, condition, chunkPlacement(condition, inputReader(before), before, placement))[0] as Ref,
  };
  const carried = [
    ...initial.map((value, i) => ({ dtype: iteration.inputs[i]?.dtype as number, initial: value })),
    ...arrays.map(({ flow }) => ({ dtype: FLOAT32, initial: flow })),
  ];
  const ends = writeConditionalLoop(writer, options, carried, (context) => {
    const values = emit(writer, body, chunkPlacement(body, inputReader(context), context, placement));
    const flows = arrays.map((array, i) => {
      const [value, flow] = [values[variables + i] as Ref, context.carried[variables + i] as Ref];
      return writeElement(writer, array, context, { index: context.index, value, flow });
    });
    return [...values.slice(0, variables), ...flows];
  });
  const made = zeros.map(() => "");
  if (results.length > 0) {
    const indices = resultIndices(writer, most, ends.iterations, placement);
    for (const [i, result] of results.entries()) {
      const filled = { ...(arrays[i] as TensorArray), flow: ends.carried[variables + i] as Ref };
      made[result] = gatherElements(writer, filled, indices);
    }
  }
  return [ends.iterations, ...ends.carried.slice(0, variables), ...made];
}

/** Writes what is the same in every iteration. @returns these values, and the rest, whose last inputs they are */
function hoisted(
  writer: GraphWriter,
  { trace, counts }: WhileLoop,
  captured: readonly Ref[],
  { placement, emit }: WhileSource,
) {
  const free = counts.variables + 1;
  const invariantOps = dependingOnlyOn(trace, (input) => input >= free);
  const { first, rest } = partition(trace, (op) => invariantOps.has(op));
  const inputs = [...new Array<Ref>(free).fill(""), ...captured];
  return { invariants: emit(writer, first, { ...placement, inputs }), iteration: rest };
}

/**
 * The list of a result's elements. Its last element is a zero, which `resultIndices` points to where there was no iteration:
 * TensorFlow.js refuses to read an element that was not written, and TensorFlow does where its shape is not known.
 */
function resultArray(writer: GraphWriter, element: Signature, most: Ref, zero: Ref, placement: Placement): TensorArray {
  const size = writer.binary("AddV2", most, intOutside(writer, 1, placement), INT32);
  const array = tensorArray(writer, element, size, false);
  const flow = writeElement(writer, array, { enter: (value) => value }, { index: most, value: zero, flow: array.flow });
  return { ...array, flow };
}

/** The indices 0, 1, … of the iterations that ran; after them that of the zero. */
function resultIndices(writer: GraphWriter, most: Ref, iterations: Ref, placement: Placement): Ref {
  const [zero, one] = [intOutside(writer, 0, placement), intOutside(writer, 1, placement)];
  const all = writer.node("Range", [zero, most, one], { Tidx: typeAttr(INT32) });
  const ran = writer.binary("Less", all, iterations, INT32);
  return writer.node("SelectV2", [ran, all, most], { T: typeAttr(INT32) });
}
