import { FLOAT32, INT32 } from "../engine/dtypes";
import { withOutputs } from "../ir/partition";
import { hasPartsByChunk, layoutOf } from "../ir/scan-partition";
import type { Scan, Signature } from "../ir/trace";
import { ChunkInputs } from "./chunk-inputs";
import type { EmitTrace, Placement } from "./emit-op";
import type { ForwardLoop } from "./forward-loop";
import type { GraphWriter, Ref } from "./graph-writer";
import { residualReader } from "./residuals";
import { concatElements, type TensorArray, tensorArray, writeElement } from "./tensor-array";
import { chunkPlacement, intOutside, timeLoop } from "./time-loop";
import { type LoopContext, writeLoop } from "./while-loop";

/** What a backward loop is written from. */
export interface BackwardSource {
  /** The sequences, the last states, the gradients of results and last states, the captured values. */
  readonly inputs: readonly Ref[];
  /** The gradients that anything reads, by output. */
  readonly used: ReadonlySet<number>;
  readonly forward: ForwardLoop;
  readonly placement: Placement;
  readonly emit: EmitTrace;
}

/**
 * Writes the backward loop of a scan: its iterations are chunks of time steps, from the last to the first.
 *
 * @returns the gradients; "" for those that nothing reads
 */
export function emitBackwardLoop(writer: GraphWriter, scan: Scan, source: BackwardSource): Ref[] {
  const { used, forward, placement, emit } = source;
  const { iterations, gradients = [] } = scan;
  const wanted = gradients.flatMap(
    (input, output) => (isState(scan, input) || used.has(output) ? [{ input, output }] : []), // a state's is carried, whether it is read or not
  );
  const outputs = wanted.map(({ output }) => output);
  const trace = withOutputs(forward.parts.backward, outputs);
  const inputs = chunkInputs(scan, source);
  const flows = wanted.map(({ input }, i) =>
    gradientFlow(writer, scan, { input, signature: trace.results[i] as Signature, inputs, placement }),
  );
  const carried = flows.map((flow) => ({ dtype: FLOAT32, initial: initialOf(flow) }));
  const last = intOutside(writer, iterations - 1, placement);
  const options = {
    ...timeLoop(writer, intOutside(writer, iterations, placement), placement),
    scope: "gradients/while",
  };
  const ends = writeLoop(writer, options, carried, (loop) => {
    const index = writer.binary("Sub", loop.enter(last, INT32), loop.index, INT32);
    const inputOf = inputReader(writer, scan, { loop, index, inputs, flows, forward });
    return emit(writer, trace, chunkPlacement(trace, inputOf, loop, placement)).map((value, i) => {
      const [flow, before] = [flows[i] as GradientFlow, loop.carried[i] as Ref];
      if (flow.of === "sequence") return writeElement(writer, flow.array, loop, { index, value, flow: before });
      return flow.of === "state" ? value : writer.binary("AddV2", before, value, FLOAT32);
    });
  });
  const made = gradients.map(() => "");
  wanted.forEach(({ output }, i) => {
    const [flow, end] = [flows[i] as GradientFlow, ends[i] as Ref];
    made[output] = flow.of === "sequence" ? concatElements(writer, { ...flow.array, flow: end }) : end;
  });
  return made;
}

/**
 * How a gradient goes through the loop. A sequence's has a part for each chunk, and the parts are concatenated; a state's
 * is passed from chunk to chunk; a captured value's is summed over the chunks.
 */
type GradientFlow =
  | { readonly of: "sequence"; readonly array: TensorArray }
  | { readonly of: "state"; readonly state: number; readonly initial: Ref }
  | { readonly of: "captured"; readonly initial: Ref };

interface GradientSource {
  /** The input of the chunk's trace whose gradient it is. */
  readonly input: number;
  readonly signature: Signature;
  readonly inputs: readonly Ref[];
  readonly placement: Placement;
}

function gradientFlow(
  writer: GraphWriter,
  scan: Scan,
  { input, signature, inputs, placement }: GradientSource,
): GradientFlow {
  const layout = layoutOf(scan);
  if (hasPartsByChunk(scan, input)) {
    const chunks = intOutside(writer, scan.iterations, placement);
    return { of: "sequence", array: tensorArray(writer, signature, chunks) };
  }
  if (isState(scan, input)) {
    const state = input - layout.states;
    return { of: "state", state, initial: inputs[layout.dStates + state] as Ref };
  }
  return { of: "captured", initial: placement.enter(writer.fill(FLOAT32, signature.shape, 0), FLOAT32) };
}

const initialOf = (flow: GradientFlow): Ref => (flow.of === "sequence" ? flow.array.flow : flow.initial);

/** The loop's inputs in the order of the chunk's trace, outside the loop; "" for the first time step, which it computes. */
function chunkInputs(scan: Scan, { inputs, forward }: BackwardSource): Ref[] {
  const { first } = layoutOf(scan);
  return [...inputs.slice(0, first), "", ...inputs.slice(first), ...forward.invariants];
}

interface ChunkSource {
  readonly loop: LoopContext;
  /** The number of the chunk. */
  readonly index: Ref;
  readonly inputs: readonly Ref[];
  readonly flows: readonly GradientFlow[];
  readonly forward: ForwardLoop;
}

/** Inside the loop: writes the inputs of a chunk's backward trace. */
function inputReader(
  writer: GraphWriter,
  scan: Scan,
  { loop, index, inputs, flows, forward }: ChunkSource,
): (input: number) => Ref {
  const layout = layoutOf(scan);
  const chunk = new ChunkInputs(writer, scan, loop, index);
  const read = residualReader(writer, loop, index);
  const isSliced = (input: number) => input < layout.states || (input >= layout.dResults && input < layout.dStates);
  return (input) => {
    const residual = forward.residuals.get(input);
    if (residual !== undefined) return read(residual);
    const signature = forward.parts.backward.inputs[input] as Signature;
    if (isSliced(input)) return chunk.slice(inputs[input] as Ref, signature);
    if (input === layout.first) return chunk.firstStep();
    const state = input - layout.dStates;
    const carried = flows.findIndex((flow) => flow.of === "state" && flow.state === state);
    return carried < 0 ? chunk.enter(inputs[input] as Ref, signature) : (loop.carried[carried] as Ref);
  };
}

function isState(scan: Scan, input: number): boolean {
  const { states, first } = layoutOf(scan);
  return input >= states && input < first;
}
