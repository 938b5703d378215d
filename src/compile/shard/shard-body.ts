import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import type { LoopContext } from "../emit/while-loop";
import { dependingOnlyOn, partition } from "../ir/partition";
import type { Trace } from "../ir/trace";
import { randomOverBatch, randomOverBatchInLoop } from "./shard-random";
import type { Shard } from "./shards";

/** A shard's trace, ready to be written: once as a loop's body, or once for each shard. */
export interface ShardBody {
  /** The results of one shard. */
  readonly results: Trace["results"];
  /**
   * Writes the body for one shard.
   *
   * @param slices the shard's slices of the inputs, by input; those of replicated inputs are not read
   */
  write(loop: LoopContext, shard: Shard, slices: readonly Ref[]): Ref[];
  /** The value of a result outside the shards, where it depends on replicated inputs alone; undefined where it does not. */
  invariant(result: number): Ref | undefined;
}

/**
 * Hoists what no shard changes: the ops that depend on replicated inputs alone are written here, before the shards.
 * (Inside the loop they would also run in the last iteration, which only finds that the loop has ended.)
 *
 * @param trace of one shard
 * @param replicated the inputs that all shards share, by input; undefined for those that are sliced by shard
 */
export function shardBody(writer: GraphWriter, trace: Trace, replicated: readonly (Ref | undefined)[]): ShardBody {
  const invariant = dependingOnlyOn(trace, (input) => replicated[input] !== undefined);
  const { first: hoisted, rest } = partition(trace, (op) => invariant.has(op));
  const inputs = replicated.map((ref) => ref ?? "");
  const outside = [...replicated, ...emit(writer, hoisted, { inputs, enter: (value) => value })];
  return {
    results: rest.results,
    invariant: (result) => {
      const value = rest.outputs[result];
      return value !== undefined && "input" in value ? outside[value.input] : undefined;
    },
    write: ({ enter }, shard, slices) => {
      const inputs = rest.inputs.map(({ dtype }, i) => {
        const value = outside[i];
        return value === undefined ? (slices[i] as Ref) : enter(value, dtype);
      });
      const random = randomOverBatch(writer, shard, outside);
      return emit(writer, rest, { inputs, enter, random, randomInLoop: randomOverBatchInLoop(writer, shard) });
    },
  };
}
