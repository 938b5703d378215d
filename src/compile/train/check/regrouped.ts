import * as tf from "../../../tf";
import { isReplicated } from "../../shard/argument";
import type { CutPlan } from "../emit-shards";
import type { StepSource } from "../step-plan";

/** Which examples stand in the places of the first and of the last shard: a is the first shard, b the last one. */
export type Groups = "ba" | "aa" | "bb";

/** Calls a function with a batch in which other examples stand in the places of the first and of the last shard. */
export function regrouped<T>(
  { batch, signatures, isGathered }: StepSource,
  { batchSize, shards }: CutPlan,
  groups: Groups,
  use: (batch: readonly tf.Tensor[]) => T,
): T {
  const size = batchSize / shards;
  const last = batchSize - size;
  const from = { a: 0, b: last };
  const rows = Array.from({ length: batchSize }, (_, row) => {
    if (row < size) return from[groups[0] as "a" | "b"] + row;
    return row < last ? row : from[groups[1] as "a" | "b"] + row - last;
  });
  const indices = tf.tensor1d(rows, "int32");
  const isCut = (i: number) => (isGathered ? i === batch.length - 1 : !isReplicated(signatures[i] as never));
  const made = batch.map((tensor, i) => (isCut(i) ? tf.gather(tensor, indices) : undefined));
  try {
    return use(made.map((tensor, i) => tensor ?? (batch[i] as tf.Tensor)));
  } finally {
    tf.dispose([indices, ...made.filter((tensor) => tensor !== undefined)]);
  }
}
