import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import type { LoopBody } from "../emit/while-loop";
import { dependingOnlyOn, partition } from "../ir/partition";
import type { Trace } from "../ir/trace";
import { drawsWithin, type ShardPlace, wholeDraws } from "./shards";

/** A shard's trace, ready to be written: as a loop's round, or once for each shard. */
export interface ShardBody {
  /** Of one shard. */
  readonly results: Trace["results"];
  /** Writes it for the shard at a index, from the shard's rows of what is partition (by input; others are not looked at). */
  write(inside: LoopBody, place: ShardPlace, rows: readonly Ref[]): Ref[];
}

/**
 * Computes what depends on nothing that is partition once, before the shards. (In a loop it would also run in the round that
 * only finds out that all are done.)
 *
 * @param uncut the trace's inputs outside the shards; undefined for those that are partition
 */
export function shardBody(writer: GraphWriter, whole: Trace, uncut: readonly (Ref | undefined)[]): ShardBody {
  const alike = dependingOnlyOn(whole, (input) => uncut[input] !== undefined);
  const { first: common, rest } = partition(whole, (op) => alike.has(op));
  const shared = emit(writer, common, { inputs: uncut.map((ref) => ref ?? ""), bring: (value) => value });
  const outside = [...uncut, ...shared];
  return {
    results: rest.results,
    write: (inside, place, rows) => {
      const inputs = rest.inputs.map(({ dtype }, i) => {
        const value = outside[i];
        return value === undefined ? (rows[i] as Ref) : inside.bring(value, dtype);
      });
      const draw = wholeDraws(writer, place, outside);
      return emit(writer, rest, { inputs, bring: inside.bring, draw, drawWithin: drawsWithin(writer, place) });
    },
  };
}
