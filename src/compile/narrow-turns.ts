import { FLOAT, isForNarrower, isOfWider, isTurn, opOf, type Sizes, turnOfRows, usersOf } from "./find-turns";
import type { Binding } from "./native";
import { intsOp, reshapeOps } from "./reshape-ops";
import { isTransposed } from "./simplify";
import { needed, type Op, type Origin, signatureOf, type Trace } from "./trace";

/**
 * The same trace, with narrower values turned. What a loop over time makes, `[nSteps, batch, n]`, is turned to
 * `[batch, nSteps, n]` before a layer makes k numbers of each row, and the rows' gradients are turned back; where k is
 * much less than n, the layer comes first and its k numbers are turned. A turn moves every number: it takes as long as
 * some steps.
 */
export function narrowTurns(trace: Trace, binding: Binding): Trace {
  const users = usersOf(trace);
  const turns = new Set(trace.ops.filter((op) => isTurn(op) && isForNarrower(op, users)));
  const turnsBack = new Set(trace.ops.filter((op) => isTurn(op) && isOfWider(op, trace, users)));
  if (turns.size + turnsBack.size === 0) return trace;
  const ops: Op[] = [];
  const instead = new Map<Op, Origin>();
  const find = (origin: Origin): Origin => ("op" in origin ? at(instead.get(origin.op) as Origin, origin) : origin);
  const add = (op: Op): Origin => {
    ops.push(op);
    return { op, output: 0 };
  };
  for (const op of trace.ops) instead.set(op, rewritten(op));
  const outputs = trace.outputs.map(find);
  return { ...trace, ops: needed(ops, outputs), outputs };

  function rewritten(op: Op): Origin {
    const turn = op.name === "MatMul" ? turnOfRows(op.inputs[0] as Origin) : undefined;
    if (turn !== undefined && turns.has(turn)) return productOf(op, turn);
    if (turnsBack.has(op)) return productBack(op);
    return add({ ...op, inputs: op.inputs.map(find) });
  }

  function productOf(op: Op, turn: Op): Origin {
    const [batch, steps, width] = turn.shapes[0] as Sizes;
    const rows = reshaped(find(turn.inputs[0] as Origin), [steps * batch, width]);
    const other = find(op.inputs[1] as Origin);
    if (isTransposed(op, "transpose_a")) {
      const narrow = op.shapes[0]?.[1] as number;
      return add({ ...op, inputs: [rows, turnedRows(other, [batch, steps, narrow])] });
    }
    const product = add({ ...op, inputs: [rows, other] });
    return turnedRows(product, [steps, batch, op.shapes[0]?.[1] as number]);
  }

  function productBack(turn: Op): Origin {
    const reshape = opOf(turn.inputs[0]) as Op;
    const product = opOf(reshape.inputs[0]) as Op;
    const [batch, steps] = reshape.shapes[0] as Sizes;
    const [rows, weights] = product.inputs as [Origin, Origin];
    const narrow = signatureOf(rows, trace).shape[1] as number;
    const made = add({ ...product, inputs: [turnedRows(find(rows), [batch, steps, narrow]), find(weights)] });
    return reshaped(made, turn.shapes[0] as Sizes);
  }

  /** Rows `[a·b, n]` in the order of `[b·a, n]`. */
  function turnedRows(rows: Origin, [a, b, n]: Sizes): Origin {
    const [first] = [...turns, ...turnsBack] as [Op];
    const order = add(intsOp([1, 0, 2], binding));
    const turn = { ...first, inputs: [reshaped(rows, [a, b, n]), order], shapes: [[b, a, n]] };
    return reshaped(add(turn), [b * a, n]);
  }

  function reshaped(value: Origin, shape: readonly number[]): Origin {
    const [sizes, reshape] = reshapeOps(value, shape, FLOAT, binding);
    add(sizes);
    return add(reshape);
  }
}

const at = (origin: Origin, { output }: { output: number }): Origin =>
  "op" in origin && output > 0 ? { ...origin, output } : origin;
