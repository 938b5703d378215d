import { FLOAT32 } from "../engine/dtypes";
import { layoutOf, partsOf, type ScanParts } from "../ir/scan-partition";
import type { Scan, Signature } from "../ir/trace";
import { ChunkInputs } from "./chunk-inputs";
import type { EmitTrace, Placement } from "./emit-op";
import type { GraphWriter, Ref } from "./graph-writer";
import { type Residual, residualArrays } from "./residuals";
import { concatElements, type TensorArray, tensorArray, writeElement } from "./tensor-array";
import { chunkPlacement, inputsUsed, intOutside, timeLoop } from "./time-loop";
import { writeLoop } from "./while-loop";

/** What the backward loop takes over from the forward loop. */
export interface ForwardLoop {
  readonly parts: ScanParts;
  /** The values that are the same for every chunk, computed before the loop. */
  readonly invariants: readonly Ref[];
  /** The residuals, by input of the backward trace. */
  readonly residuals: ReadonlyMap<number, Residual>;
}

/**
 * Writes the forward loop of a scan: its iterations are chunks of time steps, from the first to the last.
 *
 * @param inputs the sequences, the initial states, the captured values
 * @returns `outputs`: the results over all time steps, and the last states; `loop`: what the backward loop needs
 */
export function emitForwardLoop(
  writer: GraphWriter,
  scan: Scan,
  inputs: readonly Ref[],
  placement: Placement,
  emit: EmitTrace,
): { outputs: Ref[]; loop: ForwardLoop } {
  const { counts, iterations, counter } = scan;
  const layout = layoutOf(scan);
  const parts = partsOf(scan);
  const { forward } = parts;
  const captured = [...new Array<Ref>(layout.free).fill(""), ...inputs.slice(layout.first)];
  const invariants = emit(writer, parts.invariant, { ...placement, inputs: captured });
  const sameForAll = [...captured, ...invariants]; // by input of the chunk's trace
  const residuals = residualsOf(scan, parts);
  const chunks = counter === undefined ? intOutside(writer, iterations, placement) : (inputs[counter] as Ref);
  const elements = [...forward.results.slice(0, counts.results), ...residuals.arrays.elements];
  const arrays = elements.map((element) => tensorArray(writer, element, chunks));
  const initial = [...inputs.slice(layout.states, layout.first), ...arrays.map(({ flow }) => flow)];
  const carried = initial.map((value) => ({ dtype: FLOAT32, initial: value }));
  const options = { ...timeLoop(writer, chunks, placement), waits: counter !== undefined };
  const last = writeLoop(writer, options, carried, (loop) => {
    const chunk = new ChunkInputs(writer, scan, loop, loop.index);
    const inputOf = (input: number): Ref => {
      if (input < layout.states) return chunk.slice(inputs[input] as Ref, scan.trace.inputs[input] as Signature);
      if (input < layout.first) return loop.carried[input - layout.states] as Ref;
      if (input === layout.first) return chunk.firstStep();
      return chunk.enter(sameForAll[input] as Ref, forward.inputs[input] as Signature);
    };
    const values = emit(writer, forward, chunkPlacement(forward, inputOf, loop, placement));
    const results = values.slice(0, counts.results);
    const states = values.slice(counts.results, counts.results + counts.states);
    const saved = [...values.slice(counts.results + counts.states), ...residuals.states.map(inputOf)];
    const stored = [...results, ...residuals.arrays.pack(writer, saved)];
    const flows = arrays.map((array, i) => {
      const flow = loop.carried[counts.states + i] as Ref;
      return writeElement(writer, array, loop, { index: loop.index, value: stored[i] as Ref, flow });
    });
    return [...states, ...flows];
  });
  const filled = arrays.map((array, i): TensorArray => ({ ...array, flow: last[counts.states + i] as Ref }));
  const located = residuals.arrays.locate(filled.slice(counts.results));
  const results = filled.slice(0, counts.results).map((array) => concatElements(writer, array));
  return {
    outputs: [...results, ...last.slice(0, counts.states)],
    loop: {
      parts,
      invariants,
      residuals: new Map(residuals.inputs.map((input, i) => [input, located[i] as Residual])),
    },
  };
}

/** The residuals of a chunk: further outputs of its forward trace, then initial states that its backward trace reads. */
function residualsOf(scan: Scan, { invariant, forward, backward }: ScanParts) {
  const { counts, trace } = scan;
  const layout = layoutOf(scan);
  const outputs = forward.results.slice(counts.results + counts.states);
  const states = [...inputsUsed(backward)].filter((input) => input >= layout.states && input < layout.first);
  return {
    arrays: residualArrays([...outputs, ...states.map((input) => trace.inputs[input] as Signature)]),
    /** The states among them, by input of the trace. */
    states,
    /** Each residual's input of the backward trace. */
    inputs: [...outputs.map((_, i) => layout.invariant + invariant.outputs.length + i), ...states],
  };
}
