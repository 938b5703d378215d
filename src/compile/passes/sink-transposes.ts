import type { Binding } from "../engine/backend";
import { intsOp, reshapeOps } from "../ir/ops";
import { needed, type Op, signatureOf, type Trace, type Value } from "../ir/trace";
import { opOf, usersOf } from "../ir/users";
import { isTransposed } from "./canonicalize";
import {
  FLOAT,
  feedsNarrowerMatmuls,
  followsWideningMatmul,
  isTimeBatchTranspose,
  type Sizes,
  transposeOfRows,
} from "./transpose-patterns";

/**
 * The same trace, with narrower values turned. What a loop over time makes, `[nSteps, batch, n]`, is turned to
 * `[batch, nSteps, n]` before a layer makes k numbers of each row, and the rows' gradients are turned back; where k is
 * much less than n, the layer comes first and its k numbers are turned. A turn moves every number: it takes as long as
 * some steps.
 */
export function sinkTransposes(trace: Trace, binding: Binding): Trace {
  const users = usersOf(trace);
  const turns = new Set(trace.ops.filter((op) => isTimeBatchTranspose(op) && feedsNarrowerMatmuls(op, users)));
  const turnsBack = new Set(
    trace.ops.filter((op) => isTimeBatchTranspose(op) && followsWideningMatmul(op, trace, users)),
  );
  if (turns.size + turnsBack.size === 0) return trace;
  const ops: Op[] = [];
  const instead = new Map<Op, Value>();
  const find = (origin: Value): Value => ("op" in origin ? at(instead.get(origin.op) as Value, origin) : origin);
  const add = (op: Op): Value => {
    ops.push(op);
    return { op, output: 0 };
  };
  for (const op of trace.ops) instead.set(op, rewritten(op));
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };

  function rewritten(op: Op): Value {
    const turn = op.name === "MatMul" ? transposeOfRows(op.inputs[0] as Value) : undefined;
    if (turn !== undefined && turns.has(turn)) return productOf(op, turn);
    if (turnsBack.has(op)) return productBack(op);
    return add({ ...op, inputs: op.inputs.map(find) });
  }

  function productOf(op: Op, turn: Op): Value {
    const [batch, steps, width] = turn.shapes[0] as Sizes;
    const rows = reshaped(find(turn.inputs[0] as Value), [steps * batch, width]);
    const other = find(op.inputs[1] as Value);
    if (isTransposed(op, "transpose_a")) {
      const narrow = op.shapes[0]?.[1] as number;
      return add({ ...op, inputs: [rows, turnedRows(other, [batch, steps, narrow])] });
    }
    const product = add({ ...op, inputs: [rows, other] });
    return turnedRows(product, [steps, batch, op.shapes[0]?.[1] as number]);
  }

  function productBack(turn: Op): Value {
    const reshape = opOf(turn.inputs[0]) as Op;
    const product = opOf(reshape.inputs[0]) as Op;
    const [batch, steps] = reshape.shapes[0] as Sizes;
    const [rows, weights] = product.inputs as [Value, Value];
    const narrow = signatureOf(rows, trace).shape[1] as number;
    const made = add({ ...product, inputs: [turnedRows(find(rows), [batch, steps, narrow]), find(weights)] });
    return reshaped(made, turn.shapes[0] as Sizes);
  }

  /** Rows `[a·b, n]` in the order of `[b·a, n]`. */
  function turnedRows(rows: Value, [a, b, n]: Sizes): Value {
    const [first] = [...turns, ...turnsBack] as [Op];
    const order = add(intsOp([1, 0, 2], binding));
    const turn = { ...first, inputs: [reshaped(rows, [a, b, n]), order], shapes: [[b, a, n]] };
    return reshaped(add(turn), [b * a, n]);
  }

  function reshaped(value: Value, shape: readonly number[]): Value {
    const [sizes, reshape] = reshapeOps(value, shape, FLOAT, binding);
    add(sizes);
    return add(reshape);
  }
}

const at = (origin: Value, { output }: { output: number }): Value =>
  "op" in origin && output > 0 ? { ...origin, output } : origin;
