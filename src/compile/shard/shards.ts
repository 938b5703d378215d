import { availableParallelism } from "node:os";
import { describe } from "../../arguments";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { INT32 } from "../engine/dtypes";
import { typeAttr } from "../engine/protobuf";
import { CompileError } from "../errors";
import type { Signature } from "../ir/trace";

/**
 * The number of equal shards that a batch is split into: the number asked for, or the next smaller one that divides the
 * batch size. All shards have one size, so that one trace serves them all and their sums add up to the batch's.
 *
 * @param asked Default: the number of cores.
 * @throws CompileError when `asked` is not a positive whole number
 */
export function shardCount(batchSize: number, asked = availableParallelism()): number {
  if (!Number.isInteger(asked) || asked < 1) {
    throw new CompileError(`compile: shards: expected a positive whole number, got ${describe(asked)}`);
  }
  let shards = Math.min(asked, batchSize);
  while (batchSize % shards !== 0) shards--;
  return shards;
}

/** The shard whose nodes are being written. */
export interface Shard {
  /** Which of the shards it is, from 0: a loop's counter, or a constant. */
  readonly index: Ref;
  /** The number of examples in it. */
  readonly size: number;
  /** The number of shards. */
  readonly shards: number;
  /** Enters a value from outside the loop over shards. */
  enter(value: Ref, dtype: number): Ref;
}

/**
 * Slices a shard's examples, index·size to (index + 1)·size, out of a value of the whole batch.
 *
 * @param signature of the whole value
 */
export function sliceShard(
  writer: GraphWriter,
  value: Ref,
  { dtype, shape }: Signature,
  { index, size, enter }: Shard,
): Ref {
  const first = writer.binary("Mul", index, enter(writer.int(size), INT32), INT32);
  const zero = enter(writer.int(0), INT32);
  const begin = writer.pack([first, ...shape.slice(1).map(() => zero)], INT32);
  const length = enter(writer.ints([size, ...shape.slice(1)]), INT32);
  return writer.node("Slice", [value, begin, length], { T: typeAttr(dtype), Index: typeAttr(INT32) });
}
