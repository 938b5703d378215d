import type { Attribute } from "../engine/attributes";

/** A value in a trace: an input of the captured function, or an output of an op. */
export type Value = { readonly input: number } | { readonly op: Op; readonly output: number };

/** One recorded native operation, a constant, or a loop. */
export interface Op {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Value[];
  /** The shape of each output. */
  readonly shapes: readonly (readonly number[])[];
  /** TensorFlow's number of the dtype of each output. */
  readonly dtypes: readonly number[];
  /** The values of a constant, whose name is "Const". */
  readonly values?: ArrayLike<number>;
  /** Of a random draw: whether all examples of a batch share it, so that no shard takes rows of it. Default: false. */
  readonly isShared?: boolean;
  /** The part of the model that made the op. Default: none. */
  readonly scope?: Scope;
  /** The loop of an op named "Scan" or "ScanGradient". */
  readonly scan?: Scan;
  /** The loop of an op named "While". */
  readonly loop?: WhileLoop;
}

/** The part of a model that an op comes from: a cell, a layer. */
export interface Scope {
  /** Its name, with those of the parts around it: `MultiRNNCell/LSTMCell_1`; of an op of its gradient, below `gradients/`. */
  readonly source: string;
  /** The device that the op is to run on: "/device:CPU:1". Default: the session's first one. */
  readonly device?: string;
}

/**
 * A loop over time: `iterations` chunks of `size` steps each. The op of the forward loop and the op of the backward loop
 * share one `Scan` object; by that object the backward loop finds the residuals of the forward loop.
 */
export interface Scan {
  readonly iterations: number;
  /** In a graph for any length, which has no backward loop: which input of the op holds the number of iterations. */
  readonly counter?: number;
  /** Time steps in a chunk. */
  readonly size: number;
  /** How many sequences the loop reads, states it carries and results it makes. */
  readonly counts: { readonly sequences: number; readonly states: number; readonly results: number };
  /**
   * One chunk. Its inputs are: the chunk of each sequence; the states; the chunk's first time step; with `gradients`, the
   * gradients of the results and of the states; last the captured values, which come from outside the loop. Its outputs
   * are: the chunk of each result; the states; with `gradients`, the gradients of the inputs that are listed there.
   */
  readonly trace: Trace;
  /**
   * Which inputs of the chunk's trace have gradients, in the order of its outputs; −1 for a value that the chunk does not
   * use; ROW_SLICES for a part of a gradient in slices.
   */
  readonly gradients?: readonly number[];
  /** Whether the backward loop computes each chunk's forward part again, from the states at the chunk's start. */
  readonly recompute: boolean;
}

/**
 * In a list of gradients: the values, or the indices, of the slices of a variable of which the chunk gathers rows. Like the
 * gradient of a sequence, they have a part for each chunk.
 */
export const ROW_SLICES = -2;

/**
 * A loop that runs while a condition holds. The inputs of its op are: the largest number of iterations, an int32 scalar; the
 * loop variables; for each result a zero of one iteration's shape, which stands where there was no iteration; the captured
 * values. The outputs of its op are: the number of iterations; the loop variables; the results,
 * `[largest number of iterations, …]`.
 */
export interface WhileLoop {
  readonly counts: { readonly variables: number; readonly results: number };
  /**
   * One iteration. Its inputs are: the loop variables; the number of the iteration; the captured values. Its outputs are: the
   * condition, a bool scalar; the next loop variables; the results of this iteration. The condition and the rest are captured
   * one after the other, so they share no op.
   */
  readonly trace: Trace;
  /** In an exported graph: whether each iteration waits for all values that enter the loop (`LoopOptions.waits`). */
  readonly waits: boolean;
}

/** A value's shape and TensorFlow's number of its dtype. */
export interface Signature {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** The native operations of one call of a function: a graph in static single assignment form, with inputs and outputs. */
export interface Trace {
  readonly inputs: readonly Signature[];
  /** In topological order: an op comes after all ops whose outputs it uses. */
  readonly ops: readonly Op[];
  readonly outputs: readonly Value[];
  /** The signatures of the outputs. */
  readonly results: readonly Signature[];
}

export function signatureOf(value: Value, trace: Pick<Trace, "inputs">): Signature {
  if ("input" in value) return trace.inputs[value.input] as Signature;
  const { shapes, dtypes } = value.op;
  return { shape: shapes[value.output] as readonly number[], dtype: dtypes[value.output] as number };
}

/** Whether any op, also in a loop, is to run on a device. */
export const isPlaced = ({ ops }: Trace): boolean =>
  ops.some(({ scope, scan, loop }) => {
    const body = (scan ?? loop)?.trace;
    return scope?.device !== undefined || (body !== undefined && isPlaced(body));
  });

/** Every value that an op or an output of the trace uses, as often as it is used. */
export const valuesUsed = ({ ops, outputs }: Trace): Value[] => [...outputs, ...ops.flatMap(({ inputs }) => inputs)];

/** The ops that the outputs depend on, in their order. */
export function needed(ops: readonly Op[], outputs: readonly Value[]): Op[] {
  const keep = new Set<Op>();
  const open = [...outputs];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!("op" in value) || keep.has(value.op)) continue;
    keep.add(value.op);
    open.push(...value.op.inputs);
  }
  return ops.filter((op) => keep.has(op));
}
