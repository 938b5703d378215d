import { dependingOnlyOn, partition, withOutputs } from "./partition";
import { needed, type Op, ROW_SLICES, type Scan, signatureOf, type Trace, type Value } from "./trace";

/** The index of the first input of each kind among the inputs of a chunk's trace. */
export function layoutOf({ counts, trace, gradients }: Pick<Scan, "counts" | "trace" | "gradients">) {
  const { sequences, states, results } = counts;
  const first = sequences + states;
  const free = gradients ? first + 1 + results + states : first + 1;
  return {
    states: sequences,
    /** The chunk's first time step. */
    first,
    /** The gradients of the results, then of the states. */
    dResults: first + 1,
    dStates: first + 1 + results,
    /** The captured values, which come from outside the loop. */
    free,
    /** The values that are computed once, before the loop: inputs of the parts of a chunk only. */
    invariant: trace.inputs.length,
  };
}

/** Whether a gradient has a part for each chunk. @param input as in `Scan.gradients` */
export const hasPartsByChunk = ({ counts }: Pick<Scan, "counts">, input: number): boolean =>
  input === ROW_SLICES || (input >= 0 && input < counts.sequences);

/** A chunk's trace in three parts. */
export interface ScanParts {
  /** What is the same for every chunk, computed once before the loops. Its inputs are the chunk's. */
  readonly invariant: Trace;
  /** The body of the forward loop: from the chunk's inputs and the invariant values to results, states and residuals. */
  readonly forward: Trace;
  /** The body of the backward loop: from the chunk's inputs, the invariant values and the residuals to the gradients. */
  readonly backward: Trace;
}

/**
 * Partitions a chunk's trace into the invariant part, the forward part and the backward part, so that nothing is computed
 * twice. With `recompute` the backward part computes the forward part again, and there are no residuals but the states.
 */
export function partsOf(scan: Scan): ScanParts {
  const { free } = layoutOf(scan);
  const { results, states } = scan.counts;
  const invariantOps = dependingOnlyOn(scan.trace, (input) => input >= free);
  const { first: invariant, rest } = partition(scan.trace, (op) => invariantOps.has(op));
  const forwardOnly = withOutputs(rest, range(0, results + states));
  const gradients = withOutputs(rest, range(results + states, rest.outputs.length));
  if (scan.recompute) return { invariant, forward: forwardOnly, backward: gradients };
  const forwardOps = new Set<Op>(forwardOnly.ops);
  const { first: residuals, rest: backward } = partition(gradients, (op) => forwardOps.has(op));
  const outputs: Value[] = [...forwardOnly.outputs, ...residuals.outputs];
  const signatures = outputs.map((value) => signatureOf(value, rest));
  const forward = { ...forwardOnly, ops: needed(rest.ops, outputs), outputs, results: signatures };
  return { invariant, forward, backward };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
