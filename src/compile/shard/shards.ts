import { availableParallelism } from "node:os";
import { describe } from "../../arguments";
import { writeOp } from "../emit/emit-op";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import type { LoopBody } from "../emit/while-loop";
import { typeAttr } from "../engine/protobuf";
import { CompileError } from "../errors";
import type { Op, Value } from "../ir/trace";

/**
 * How many equal parts a batch is cut into: as many as asked for (one a core unless told), or the next smaller number
 * that divides it, so that no part is short and sums over parts are the whole's.
 *
 * @throws CompileError when the number is not a positive whole one
 */
export function shardCount(batch: number, asked = availableParallelism()): number {
  if (!Number.isInteger(asked) || asked < 1) {
    throw new CompileError(`compile: shards: expected a positive whole number, got ${describe(asked)}`);
  }
  let shards = Math.min(asked, batch);
  while (batch % shards !== 0) shards--;
  return shards;
}

/** Which shard is being written, and how large they are. */
export interface ShardPlace {
  readonly index: Ref;
  /** Rows of a shard. */
  readonly size: number;
  readonly shards: number;
  bring(value: Ref, dtype: number): Ref;
}

/** Rows index·size to (index + 1)·size of a value. */
export function shardOf(
  writer: GraphWriter,
  value: Ref,
  { dtype, shape }: { readonly dtype: number; readonly shape: readonly number[] },
  { index, size, bring }: ShardPlace,
): Ref {
  const { TF_INT32 } = writer.binding;
  const first = writer.binary("Mul", index, bring(writer.int(size), TF_INT32), TF_INT32);
  const zero = bring(writer.int(0), TF_INT32);
  const begin = writer.pack([first, ...shape.slice(1).map(() => zero)], TF_INT32);
  const length = bring(writer.ints([size, ...shape.slice(1)]), TF_INT32);
  return writer.node("Slice", [value, begin, length], { T: typeAttr(dtype), Index: typeAttr(TF_INT32) });
}

/** The same in a loop within the shard, where every iteration has a key of its own: each shard draws for the whole batch. */
export const drawsWithin =
  (writer: GraphWriter, place: ShardPlace) =>
  ({ bring, bringFromTop }: LoopBody) =>
  (op: Op, key: Ref): Ref | undefined => {
    const [shape, dtype] = [op.shapes[0] as readonly number[], op.dtypes[0] as number];
    if (shape[0] !== place.size) return undefined;
    const whole = [place.size * place.shards, ...shape.slice(1)];
    const { TF_INT32 } = writer.binding;
    const drawn = writeOp(writer, op, [bringFromTop(writer.ints(whole), TF_INT32), key], {
      inputs: [],
      bring: bringFromTop,
    });
    const inside = { ...place, index: bring(place.index, TF_INT32), bring: bringFromTop };
    return shardOf(writer, drawn, { dtype, shape: whole }, inside);
  };

/**
 * Makes draws for the whole batch outside the loop, of which each shard takes its rows: the numbers do not depend on how
 * many shards there are.
 *
 * @param outside the trace's inputs outside the loop; undefined for those that are cut
 */
export function wholeDraws(writer: GraphWriter, place: ShardPlace, outside: readonly (Ref | undefined)[]) {
  const written = new Map<Op, Ref>();
  const refOf = (origin: Value): Ref => {
    if ("input" in origin) {
      const ref = outside[origin.input];
      if (ref === undefined) throw new CompileError("trainStep: a random draw depends on the batch; it must not");
      return ref;
    }
    const known =
      written.get(origin.op) ?? writeOp(writer, origin.op, origin.op.inputs.map(refOf), { inputs: [], bring });
    written.set(origin.op, known);
    return origin.output === 0 ? known : `${known}:${origin.output}`;
  };
  const bring = (value: Ref) => value;
  return (op: Op): Ref | undefined => {
    const [shape, dtype] = [op.shapes[0] as readonly number[], op.dtypes[0] as number];
    if (shape[0] !== place.size) return undefined;
    const whole = [place.size * place.shards, ...shape.slice(1)];
    const key = refOf(op.inputs[1] as Value);
    const sized: Op = { ...op, inputs: [], shapes: [whole] };
    const drawn = writeOp(writer, sized, [writer.ints(whole), key], { inputs: [], bring });
    return shardOf(writer, place.bring(drawn, dtype), { dtype, shape: whole }, place);
  };
}
