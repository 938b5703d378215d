import type { Attribute } from "../engine/backend";

/** Where a value inside a trace comes from: an input of the captured function, or an operation's output. */
export type Value = { readonly input: number } | { readonly op: Op; readonly output: number };

/** One recorded native operation, or a constant. */
export interface Op {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Value[];
  readonly shapes: readonly (readonly number[])[];
  readonly dtypes: readonly number[];
  /** The values of a constant, whose name is "Const". */
  readonly values?: ArrayLike<number>;
  /** What a loop over time does, of an operation "Scan" or "ScanGradient". */
  readonly scan?: Scan;
}

/** A loop over time, `iterations` chunks of `size` steps. The operations there and back carry the same one. */
export interface Scan {
  readonly iterations: number;
  /** In a graph of any length, which has no way back: the input of the operation that says how many chunks there are. */
  readonly counter?: number;
  readonly size: number;
  /** How many sequences it reads, states it carries, results it makes. */
  readonly counts: { readonly sequences: number; readonly states: number; readonly results: number };
  /**
   * One chunk. From: chunks of the sequences, states, the chunk's first time step; with `gradients`, the gradients of its
   * results and states; what it uses of the world around comes last. To: chunks of the results, states; with `gradients`,
   * those of what is listed there.
   */
  readonly trace: Trace;
  /** The trace's inputs that have gradients, in the order of its outputs. */
  readonly gradients?: readonly number[];
  /** Whether the way back computes the way there again, chunk by chunk, from the states that each began with. */
  readonly recompute: boolean;
}

/** TensorFlow's number of the type of handles. */
export const RESOURCE = 20;

/** A value's shape and TensorFlow's number of its type. */
export interface Signature {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** The native operations of one call of a function, in order, and where its results come from. */
export interface Trace {
  readonly inputs: readonly Signature[];
  readonly ops: readonly Op[];
  readonly outputs: readonly Value[];
  readonly results: readonly Signature[];
}

export function signatureOf(origin: Value, trace: Trace): Signature {
  if ("input" in origin) return trace.inputs[origin.input] as Signature;
  const { shapes, dtypes } = origin.op;
  return { shape: shapes[origin.output] as readonly number[], dtype: dtypes[origin.output] as number };
}

/** Everything that a trace's operations and outputs take from somewhere. */
export const valuesUsed = ({ ops, outputs }: Trace): Value[] => [...outputs, ...ops.flatMap(({ inputs }) => inputs)];

/** The operations that the outputs depend on, in their order. */
export function needed(ops: readonly Op[], outputs: readonly Value[]): Op[] {
  const keep = new Set<Op>();
  const open = [...outputs];
  for (let origin = open.pop(); origin !== undefined; origin = open.pop()) {
    if (!("op" in origin) || keep.has(origin.op)) continue;
    keep.add(origin.op);
    open.push(...origin.op.inputs);
  }
  return ops.filter((op) => keep.has(op));
}
