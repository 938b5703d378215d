import { needed, type Op, type Scope, type Trace, type Value } from "./trace";

/**
 * What stands for an op in the rewritten trace: another op, output by output; a value that is already there, for an op of
 * one output, which then disappears; or a function from the number of an output to the value that stands for it.
 */
export type Replacement = Op | Value | ((output: number) => Value);

/** The rewritten trace, while it is being built. */
export interface Rewriting {
  /** The op with its inputs taken from the rewritten trace. */
  moved(op: Op): Op;
  /** The value of the rewritten trace that stands for a value of the original one. */
  find(value: Value): Value;
  /** Adds an op before the replacement; returns its first output. */
  add(op: Op): Value;
}

/**
 * Builds a trace from another one, op by op in order, and removes the ops that no output needs any more. All passes and
 * `partition` use it.
 *
 *   rewrite(trace, (op, { moved }) => (op.name === "Add" ? { ...moved(op), name: "AddV2" } : moved(op)))
 *
 * @param rule what stands for an op of the original trace; an op that it returns is added to the rewritten trace
 */
export function rewrite(trace: Trace, rule: (op: Op, rewriting: Rewriting) => Replacement): Trace {
  const ops: Op[] = [];
  const valueFor = new Map<Op, (output: number) => Value>();
  const find = (value: Value): Value =>
    "op" in value ? (valueFor.get(value.op) as (output: number) => Value)(value.output) : value;
  let scope: Scope | undefined; // of the op that is being replaced, for the ops that stand for it
  const add = (op: Op & { scope?: Scope }): Value => {
    if (scope !== undefined) op.scope ??= scope; // in place, because an op that is added later may name this object
    ops.push(op);
    return { op, output: 0 };
  };
  const moved = (op: Op): Op => ({ ...op, inputs: op.inputs.map(find) });
  for (const op of trace.ops) {
    scope = op.scope;
    const replacement = rule(op, { moved, find, add });
    if (typeof replacement === "function") valueFor.set(op, replacement);
    else if (isValue(replacement)) valueFor.set(op, () => replacement);
    else {
      add(replacement);
      valueFor.set(op, (output) => ({ op: replacement, output }));
    }
  }
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };
}

const isValue = (replacement: Op | Value): replacement is Value => !("name" in replacement);
