import { availableParallelism } from "node:os";
import { CompileError } from "./errors";
import type { GraphWriter, Ref } from "./graph";
import { typeAttr } from "./messages";

/**
 * How many equal parts a batch is cut into: as many as asked for (one a core unless told), or the next smaller number
 * that divides it, so that no part is short and sums over parts are the whole's.
 *
 * @throws CompileError when the number is not a positive whole one
 */
export function shardCount(batch: number, asked = availableParallelism()): number {
  if (!Number.isInteger(asked) || asked < 1) {
    throw new CompileError(`compile: shards: expected a positive whole number, got ${asked}`);
  }
  let shards = Math.min(asked, batch);
  while (batch % shards !== 0) shards--;
  return shards;
}

/** Rows index·size to (index + 1)·size of a value, inside a loop. */
export function shardOf(
  writer: GraphWriter,
  value: Ref,
  { dtype, shape }: { readonly dtype: number; readonly shape: readonly number[] },
  { index, size, bring }: { index: Ref; size: number; bring(value: Ref, dtype: number): Ref },
): Ref {
  const { TF_INT32 } = writer.binding;
  const first = writer.binary("Mul", index, bring(writer.int(size), TF_INT32), TF_INT32);
  const zero = bring(writer.int(0), TF_INT32);
  const begin = writer.pack([first, ...shape.slice(1).map(() => zero)], TF_INT32);
  const length = bring(writer.ints([size, ...shape.slice(1)]), TF_INT32);
  return writer.node("Slice", [value, begin, length], { T: typeAttr(dtype), Index: typeAttr(TF_INT32) });
}
