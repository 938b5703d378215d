import type { GraphWriter, Ref } from "../emit/graph-writer";
import { intAttr, typeAttr } from "../engine/protobuf";
import type { ShardReduction } from "./reduce-loop";
import type { ShardPlace } from "./shards";

/** How many operations all shards together may have, to be written out. */
const MOST_OPERATIONS = 1000;

/**
 * Whether shards are few and small enough to be written out. A loop's frame takes a lock at each operation and some
 * 0.1 ms a step: 7 % of the step of a network of 20 short time steps, and beyond 300 operations a shard nothing that
 * could be measured.
 */
export function isSmall({ trace: { ops }, shards }: ShardReduction): boolean {
  return ops.length * shards <= MOST_OPERATIONS && ops.every(({ scan }) => scan === undefined);
}

/**
 * The outputs over all shards, each written out.
 *
 * @param rowsOf a shard's rows of the loss's arguments
 */
export function reduceUnrolled(
  writer: GraphWriter,
  { trace, handed, shard, size, shards }: ShardReduction,
  rowsOf: (place: ShardPlace) => readonly Ref[],
): Ref[] {
  const bring = (value: Ref) => value;
  const made = Array.from({ length: shards }, (_, i) => {
    const inside = { index: writer.int(i), carried: [], bring, bringFromTop: bring };
    const place = { ...inside, size, shards };
    return shard.write(inside, place, rowsOf(place));
  });
  return trace.results.map(({ dtype }, output) => {
    const parts = made.map((outputs) => outputs[output] as Ref);
    const [T, N] = [typeAttr(dtype), intAttr(shards)];
    if (!handed.has(output)) return writer.node("AddN", parts, { T, N });
    return writer.node("ConcatV2", [...parts, writer.int(0)], { T, N, Tidx: typeAttr(writer.binding.TF_INT32) });
  });
}
