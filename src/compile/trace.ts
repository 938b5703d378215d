import type { Attribute } from "./native";

/** Where a value inside a trace comes from: an input of the captured function, or an operation's output. */
export type Origin = { readonly input: number } | { readonly op: Op; readonly output: number };

/** One recorded native operation, or a constant. */
export interface Op {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly inputs: readonly Origin[];
  readonly shapes: readonly (readonly number[])[];
  readonly dtypes: readonly number[];
  /** The values of a constant, whose name is "Const". */
  readonly values?: ArrayLike<number>;
}

/** A value's shape and TensorFlow's number of its type. */
export interface Signature {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** The native operations of one call of a function, in order, and where its results come from. */
export interface Trace {
  readonly inputs: readonly Signature[];
  readonly ops: readonly Op[];
  readonly outputs: readonly Origin[];
  readonly results: readonly Signature[];
}

/** The operations that the outputs depend on, in their order. */
export function needed(ops: readonly Op[], outputs: readonly Origin[]): Op[] {
  const keep = new Set<Op>();
  const open = [...outputs];
  for (let origin = open.pop(); origin !== undefined; origin = open.pop()) {
    if (!("op" in origin) || keep.has(origin.op)) continue;
    keep.add(origin.op);
    open.push(...origin.op.inputs);
  }
  return ops.filter((op) => keep.has(op));
}
