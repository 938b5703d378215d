import { withOutputs } from "../ir/partition";
import { layoutOf, partsOf, type ScanParts } from "../ir/scan-partition";
import { type Scan, type Signature, type Trace, valuesUsed } from "../ir/trace";
import { ChunkInputs } from "./chunk-inputs";
import type { EmitTrace, Placement } from "./emit-op";
import type { GraphWriter, Ref } from "./graph-writer";
import { packResiduals, type Residual, readerOf } from "./residuals";
import { concatElements, type TensorArray, tensorArray, writeElement } from "./tensor-array";
import { type LoopBody, writeLoop } from "./while-loop";

/** What the loop forward leaves for the loop backward. */
export interface ForwardLoop {
  readonly parts: ScanParts;
  /** What is the same for every chunk. */
  readonly fixed: readonly Ref[];
  /** By input of the trace backward. */
  readonly residuals: ReadonlyMap<number, Residual>;
}

/**
 * Writes a loop over time, chunk by chunk.
 *
 * @param inputs the sequences, the first states, what is used of the world around
 * @returns the results and the last states
 */
export function emitForwardLoop(
  writer: GraphWriter,
  scan: Scan,
  inputs: readonly Ref[],
  place: Placement,
  emit: EmitTrace,
) {
  const { counts } = scan;
  const at = layoutOf(scan);
  const parts = partsOf(scan);
  const free = inputs.slice(at.first);
  const fixed = emit(writer, parts.invariant, { ...place, inputs: padded(at.free, free) });
  const made = counts.results + counts.states;
  // What the way backward takes over: what the steps leave, and the states that it begins with.
  const statesBack = [...inputsUsed(parts.backward)].filter((input) => input >= at.states && input < at.first);
  const states = statesBack.map((input) => scan.trace.inputs[input] as Signature);
  const left = packResiduals([...parts.forward.results.slice(made), ...states]);
  const elements = [...parts.forward.results.slice(0, counts.results), ...left.elements];
  const { iterations, counter } = scan;
  const size = counter === undefined ? topInt(writer, iterations, place) : (inputs[counter] as Ref);
  const lists = elements.map((element) => tensorArray(writer, element, size));
  const float = writer.binding.TF_FLOAT;
  const initial = [...inputs.slice(at.states, at.first), ...lists.map(({ flow }) => flow)];
  const carried = initial.map((value) => ({ dtype: float, initial: value }));
  const out = writeLoop(
    writer,
    { ...loopOptions(writer, size, place), waits: counter !== undefined },
    carried,
    (inside) => {
      const chunk = new ChunkInputs(writer, scan, inside, inside.index);
      const sources = (input: number): Ref => {
        if (input < at.states) return chunk.slice(inputs[input] as Ref, scan.trace.inputs[input] as Signature);
        if (input < at.first) return inside.carried[input - at.states] as Ref;
        if (input === at.first) return chunk.firstStep();
        return chunk.bring(
          [...padded(at.free, free), ...fixed][input] as Ref,
          parts.forward.inputs[input] as Signature,
        );
      };
      const values = emit(writer, parts.forward, bodyPlace(parts.forward, sources, inside, place));
      const over = left.join(writer, [...values.slice(made), ...statesBack.map(sources)]);
      const toList = [...values.slice(0, counts.results), ...over];
      const flows = lists.map((list, i) => {
        const flow = inside.carried[counts.states + i] as Ref;
        return writeElement(writer, list, inside, { index: inside.index, value: toList[i] as Ref, flow });
      });
      return [...values.slice(counts.results, made), ...flows];
    },
  );
  const full = lists.map((list, i): TensorArray => ({ ...list, flow: out[counts.states + i] as Ref }));
  const leaving = parts.forward.results.slice(made).map((_, i) => at.invariant + fixed.length + i);
  const places = left.places(full.slice(counts.results));
  const residuals = new Map([...leaving, ...statesBack].map((input, i) => [input, places[i] as Residual]));
  const results = full.slice(0, counts.results).map((array) => concatElements(writer, array));
  return { outputs: [...results, ...out.slice(0, counts.states)], left: { parts, fixed, residuals } };
}

/**
 * Writes the loop backward, from the last chunk to the first.
 *
 * @param inputs the sequences, the first states, the gradients of results and last states, what is used of the world
 * @param used which of the gradients anybody asks for
 * @returns the gradients; "" for those that nobody asks for
 */
export function emitBackwardLoop(
  writer: GraphWriter,
  scan: Scan,
  inputs: readonly Ref[],
  used: ReadonlySet<number>,
  { parts, fixed, residuals }: ForwardLoop,
  place: Placement,
  emit: EmitTrace,
): Ref[] {
  const at = layoutOf(scan);
  const float = writer.binding.TF_FLOAT;
  const isState = (input: number) => input >= at.states && input < at.first;
  const wanted = (scan.gradients as readonly number[])
    .map((input, output) => ({ input, output }))
    .filter(({ input, output }) => isState(input) || used.has(output)); // states' are carried, asked for or not
  const trace = withOutputs(
    parts.backward,
    wanted.map(({ output }) => output),
  );
  const given = [...inputs.slice(0, at.first), "", ...inputs.slice(at.first), ...fixed]; // no first time step
  const ways = wanted.map(({ input }, i): Way => {
    const signature = trace.results[i] as Signature;
    if (input >= 0 && input < at.states)
      return { list: tensorArray(writer, signature, topInt(writer, scan.iterations, place)) };
    if (isState(input)) return { state: input, initial: given[at.dStates + input - at.states] as Ref };
    return { initial: place.bring(writer.fill(float, signature.shape, 0), float) };
  });
  const carried = ways.map((way) => ({ dtype: float, initial: "list" in way ? way.list.flow : way.initial }));
  const last = topInt(writer, scan.iterations - 1, place);
  const out = writeLoop(
    writer,
    loopOptions(writer, topInt(writer, scan.iterations, place), place),
    carried,
    (inside) => {
      const { TF_INT32 } = writer.binding;
      const index = writer.binary("Sub", inside.bring(last, TF_INT32), inside.index, TF_INT32);
      const chunk = new ChunkInputs(writer, scan, inside, index);
      const read = readerOf(writer, inside, index);
      const sources = (input: number): Ref => {
        const value = residuals.get(input);
        if (value !== undefined) return read(value);
        const signature = trace.inputs[input] as Signature;
        const isSliced = input < at.states || (input >= at.dResults && input < at.dStates);
        if (isSliced) return chunk.slice(given[input] as Ref, signature);
        if (input === at.first) return chunk.firstStep();
        const state = ways.findIndex((way) => "state" in way && at.dStates + way.state - at.states === input);
        return state < 0 ? chunk.bring(given[input] as Ref, signature) : (inside.carried[state] as Ref);
      };
      return emit(writer, trace, bodyPlace(trace, sources, inside, place)).map((value, i) => {
        const [way, before] = [ways[i] as Way, inside.carried[i] as Ref];
        if ("list" in way) return writeElement(writer, way.list, inside, { index, value, flow: before });
        return "state" in way ? value : writer.binary("AddV2", before, value, float);
      });
    },
  );
  const made = (scan.gradients as readonly number[]).map(() => "");
  wanted.forEach(({ output }, i) => {
    const [way, end] = [ways[i] as Way, out[i] as Ref];
    made[output] = "list" in way ? concatElements(writer, { ...way.list, flow: end }) : end;
  });
  return made;
}

/** How a gradient leaves the loop backward: chunk by chunk, from chunk to chunk as a state's does, or as a sum. */
type Way =
  | { readonly list: TensorArray }
  | { readonly state: number; readonly initial: Ref }
  | { readonly initial: Ref };

function bodyPlace(trace: Trace, sources: (input: number) => Ref, inside: LoopBody, around: Placement): Placement {
  const used = inputsUsed(trace);
  const inputs = trace.inputs.map((_, input) => (used.has(input) ? sources(input) : ""));
  const draw = around.drawWithin?.(inside);
  return { inputs, bring: inside.bringFromTop, ...(draw && { draw }) };
}

function inputsUsed(trace: Trace): Set<number> {
  return new Set(valuesUsed(trace).flatMap((origin) => ("input" in origin ? [origin.input] : [])));
}

/** Steps of one chain: nothing is gained by several under way at once. */
const loopOptions = (writer: GraphWriter, iterations: Ref, { bring }: Placement) => ({
  frame: writer.freshName("time"),
  iterations,
  parallel: 1,
  around: bring,
});

const topInt = (writer: GraphWriter, value: number, { bring }: Placement) =>
  bring(writer.int(value), writer.binding.TF_INT32);
const padded = (length: number, refs: readonly Ref[]): Ref[] => [...new Array<Ref>(length).fill(""), ...refs];
