import type { GraphWriter, Ref } from "../emit/graph-writer";
import { INT32 } from "../engine/dtypes";
import { intAttr, typeAttr } from "../engine/protobuf";
import { isPlaced, type Trace } from "../ir/trace";
import type { ShardReduction, SliceInputs } from "./reduction";
import type { Shard } from "./shards";

/** The most ops, over all shards together, for which shards are unrolled. */
const MOST_OPS = 1000;

/**
 * Whether a loop runs on several devices. In a loop over shards it would be a loop in a loop, and there TensorFlow waits for ever
 * (seen with 2.15: two devices, a loop over time in a loop over shards).
 */
export const hasPlacedLoop = (trace: Trace): boolean =>
  isPlaced(trace) && trace.ops.some(({ scan, loop }) => scan !== undefined || loop !== undefined);

/**
 * Whether the shards are few and small enough to be unrolled. A loop's frame takes a lock at each op and about 0.1 ms a
 * step: 7 % of the step of a network of 20 short time steps, and beyond 300 ops a shard nothing that could be measured.
 */
export function shouldUnroll({ trace, shards }: Pick<ShardReduction, "trace" | "shards">): boolean {
  if (hasPlacedLoop(trace)) return true;
  const { ops } = trace;
  return ops.length * shards <= MOST_OPS && ops.every(({ scan }) => scan === undefined);
}

/**
 * Unrolled reduction: each shard's ops are written on their own, and TensorFlow runs them in parallel.
 *
 * @returns the reduced outputs
 */
export function reduceUnrolled(
  writer: GraphWriter,
  { trace, concatenated, body, size, shards }: ShardReduction,
  sliceInputs: SliceInputs,
): Ref[] {
  const enter = (value: Ref) => value;
  const values = Array.from({ length: shards }, (_, i) => {
    const shard: Shard = { index: writer.int(i), enter, size, shards };
    const noLoop = { index: shard.index, carried: [], enter, enterFromTop: enter };
    return writer.inScope("shard", () => body.write(noLoop, shard, sliceInputs(shard)));
  });
  return trace.results.map(({ dtype }, output) => {
    const parts = values.map((outputs) => outputs[output] as Ref);
    const [T, N] = [typeAttr(dtype), intAttr(shards)];
    if (!concatenated.has(output)) return writer.node("AddN", parts, { T, N });
    return writer.node("ConcatV2", [...parts, writer.int(0)], { T, N, Tidx: typeAttr(INT32) });
  });
}
