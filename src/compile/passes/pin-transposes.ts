import { attribute } from "../engine/attributes";
import { rewrite } from "../ir/rewrite";
import type { Op, Trace } from "../ir/trace";
import { usersOf } from "../ir/users";

/** Fewer MatMuls do not make up for the copy. */
const MANY = 4;

/**
 * Keeps a transpose that several MatMuls share as one materialised tensor. Grappler would fold it into each MatMul, which is
 * about 10 % slower, and several times slower for rows of a multiple of 2 KB. A PlaceholderWithDefault blocks the fold,
 * because another value could be fed there.
 */
export function pinTransposes(trace: Trace): Trace {
  const users = usersOf(trace);
  const matmuls = (op: Op) => (users.get(op) ?? []).filter(({ name }) => name === "MatMul").length;
  const isPinned = (op: Op) => op.name === "Transpose" && op.shapes[0]?.length === 2 && matmuls(op) >= MANY;
  if (!trace.ops.some(isPinned)) return trace;
  return rewrite(trace, (op, { moved, add }) => {
    if (!isPinned(op)) return moved(op);
    const attributes = [
      attribute("dtype", "TYPE", op.dtypes[0] as number),
      attribute("shape", "SHAPE", op.shapes[0] as readonly number[]),
    ];
    return { ...op, name: "PlaceholderWithDefault", attributes, inputs: [add(moved(op))] };
  });
}
