import type { Ref } from "../emit/graph-writer";
import type { Trace } from "../ir/trace";
import type { ShardBody } from "./shard-body";
import type { Shard } from "./shards";

/** A trace of one shard whose outputs are reduced over all shards. */
export interface ShardReduction {
  readonly trace: Trace;
  /** The outputs that are concatenated, shard after shard; the others are summed. */
  readonly concatenated: ReadonlySet<number>;
  readonly body: ShardBody;
  /** The number of examples in a shard. */
  readonly size: number;
  readonly shards: number;
  /** The name of the frame, should the shards become a loop. Default: "shards". */
  readonly frame?: string;
}

/** Writes a shard's slices of the loss's arguments. */
export type SliceInputs = (shard: Shard) => readonly Ref[];
