import { writeOp } from "../emit/emit-op";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import type { LoopContext } from "../emit/while-loop";
import { INT32 } from "../engine/dtypes";
import { CompileError } from "../errors";
import type { Op, Signature, Value } from "../ir/trace";
import { type Shard, sliceShard } from "./shards";

/**
 * Writes a shard's random ops: each draws for the whole batch, outside the loop over shards, and the shard takes its slice.
 * So the numbers do not depend on how many shards there are.
 *
 * @param replicated the trace's inputs outside the loop over shards; undefined for those that differ from shard to shard
 * @returns writes one op; undefined when the op does not draw for the shard's examples and stays as it is
 */
export function randomOverBatch(writer: GraphWriter, shard: Shard, replicated: readonly (Ref | undefined)[]) {
  const written = new Map<Op, Ref>();
  const outside = (op: Op, inputs: readonly Ref[]) => writeOp(writer, op, inputs, { inputs: [], enter });
  const enter = (value: Ref) => value;
  const refOf = (value: Value): Ref => {
    if ("input" in value) {
      const ref = replicated[value.input];
      if (ref === undefined) throw new CompileError("trainStep: a random draw depends on the batch; it must not");
      return ref;
    }
    const ref = written.get(value.op) ?? outside(value.op, value.op.inputs.map(refOf));
    written.set(value.op, ref);
    return value.output === 0 ? ref : `${ref}:${value.output}`;
  };
  return (op: Op): Ref | undefined => {
    const whole = overBatch(op, shard);
    if (whole === undefined) return undefined;
    const key = refOf(op.inputs[1] as Value);
    const drawn = outside({ ...op, inputs: [], shapes: [whole.shape] }, [writer.ints(whole.shape), key]);
    return sliceShard(writer, shard.enter(drawn, whole.dtype), whole, { ...shard, size: rowsOf(op) });
  };
}

/**
 * The same for random ops in a loop over time within the shard. Each time step has a key of its own, which exists only
 * inside that loop, so the op draws for the whole batch there, once in every shard.
 */
export const randomOverBatchInLoop =
  (writer: GraphWriter, shard: Shard) =>
  ({ enter, enterFromTop }: LoopContext) =>
  (op: Op, key: Ref): Ref | undefined => {
    const whole = overBatch(op, shard);
    if (whole === undefined) return undefined;
    const inputs = [enterFromTop(writer.ints(whole.shape), INT32), key];
    const drawn = writeOp(writer, op, inputs, { inputs: [], enter: enterFromTop });
    const index = enter(shard.index, INT32);
    return sliceShard(writer, drawn, whole, { ...shard, size: rowsOf(op), index, enter: enterFromTop });
  };

/**
 * What a random op draws for the whole batch; undefined for what all examples share. The first axis may merge the batch with
 * an axis after it, such as time: then there are several rows for each example.
 *
 * @throws CompileError when the first axis of what is drawn has no rows of examples, so that no shard could take its own
 */
function overBatch({ shapes, dtypes, isShared }: Op, { size, shards }: Shard): Signature | undefined {
  const [first = 1, ...rest] = shapes[0] as readonly number[];
  if (isShared || (first === 1 && size > 1)) return undefined;
  if (first % size === 0) return { shape: [first * shards, ...rest], dtype: dtypes[0] as number };
  throw new CompileError(
    `compile: a random draw of shape [${shapes[0]}] has no row for each of the ${size} examples in a shard, so the shards ` +
      "would not draw what the whole batch draws. Let its first axis count the examples, or take shards: 1",
  );
}

/** How many rows a shard draws. */
const rowsOf = ({ shapes }: Op) => shapes[0]?.[0] as number;
