import { dependingOnlyOn, partition, withOutputs } from "./partition";
import { needed, type Op, type Scan, signatureOf, type Trace, type Value } from "./trace";

/** Where the inputs of a chunk's trace stand. */
export function layoutOf({ counts, trace, gradients }: Pick<Scan, "counts" | "trace" | "gradients">) {
  const { sequences, states, results } = counts;
  const first = sequences + states;
  const free = gradients ? first + 1 + results + states : first + 1;
  return {
    states: sequences,
    /** The chunk's first time step. */
    first,
    /** The gradients of results and states. */
    dResults: first + 1,
    dStates: first + 1 + results,
    /** What is used of the world around. */
    free,
    /** What is computed before the loop. */
    invariant: trace.inputs.length,
  };
}

/** A chunk's trace, taken apart. */
export interface ScanParts {
  /** What is the same for every chunk. Its inputs are the chunk's. */
  readonly invariant: Trace;
  /** From the chunk's inputs and what is invariant to results, states, and what the way backward needs of it. */
  readonly forward: Trace;
  /** From the chunk's inputs, what is invariant and what the way forward left to the gradients. */
  readonly backward: Trace;
}

/**
 * Partitions a chunk's trace into what is invariant, the forward part and the backward part, so that nothing is computed
 * twice. With `recompute` the backward part computes the forward part again, and few values are kept.
 */
export function partsOf(scan: Scan): ScanParts {
  const { free } = layoutOf(scan);
  const { results, states } = scan.counts;
  const invariantOps = dependingOnlyOn(scan.trace, (input) => input >= free);
  const { first: invariant, rest } = partition(scan.trace, (op) => invariantOps.has(op));
  const values = withOutputs(rest, range(0, results + states));
  const gradients = withOutputs(rest, range(results + states, rest.outputs.length));
  if (scan.recompute) return { invariant, forward: values, backward: gradients };
  const forwardOps = new Set<Op>(values.ops);
  const { first: residuals, rest: backward } = partition(gradients, (op) => forwardOps.has(op));
  const outputs: Value[] = [...values.outputs, ...residuals.outputs];
  const signatures = outputs.map((value) => signatureOf(value, rest));
  const forward = { ...values, ops: needed(rest.ops, outputs), outputs, results: signatures };
  return { invariant, forward, backward };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
