import { cut, dependingOnlyOn, withOutputs } from "./cut";
import { needed, type Op, type Origin, type Scan, signatureOf, type Trace } from "./trace";

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
    fixed: trace.inputs.length,
  };
}

/** A chunk's trace, taken apart. */
export interface ScanParts {
  /** What is the same for every chunk. Its inputs are the chunk's. */
  readonly fixed: Trace;
  /** From the chunk's inputs and what is fixed to results, states, and what the way back needs of it. */
  readonly there: Trace;
  /** From the chunk's inputs, what is fixed and what the way there left to the gradients. */
  readonly back: Trace;
}

/** Takes a chunk's trace apart, so that nothing is computed twice (or, with `recompute`, little is kept). */
export function partsOf(scan: Scan): ScanParts {
  const { free } = layoutOf(scan);
  const { results, states } = scan.counts;
  const alike = dependingOnlyOn(scan.trace, (input) => input >= free);
  const { first: fixed, rest } = cut(scan.trace, (op) => alike.has(op));
  const [forward, backward] = [range(0, results + states), range(results + states, rest.outputs.length)];
  const there = withOutputs(rest, forward);
  const gradients = withOutputs(rest, backward);
  if (scan.recompute) return { fixed, there, back: gradients };
  const onTheWay = new Set<Op>(there.ops);
  const { first: left, rest: back } = cut(gradients, (op) => onTheWay.has(op));
  const outputs: Origin[] = [...there.outputs, ...left.outputs];
  const described = outputs.map((origin) => signatureOf(origin, rest));
  return { fixed, there: { ...there, ops: needed(rest.ops, outputs), outputs, results: described }, back };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
