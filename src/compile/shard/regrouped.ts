import * as tf from "../../tf";

/** Which examples stand in the places of the first and of the last shard: a is the first shard, b the last one. */
export type Groups = "ba" | "aa" | "bb";

/**
 * Calls a function with a batch in which other examples stand in the places of the first and of the last shard.
 *
 * @param isCut which tensors of the batch have a row for each example
 */
export function regrouped<T>(
  batch: readonly tf.Tensor[],
  isCut: (tensor: number) => boolean,
  { batchSize, shards }: { readonly batchSize: number; readonly shards: number },
  groups: Groups,
  use: (batch: readonly tf.Tensor[]) => T,
): T {
  const size = batchSize / shards;
  const last = batchSize - size;
  const [first, second] = Array.from(groups, (group) => (group === "a" ? 0 : last)) as [number, number];
  const rows = Array.from({ length: batchSize }, (_, row) => {
    if (row < size) return first + row;
    return row < last ? row : second + row - last;
  });
  const indices = tf.tensor1d(rows, "int32");
  const made = batch.map((tensor, i) => (isCut(i) ? tf.gather(tensor, indices) : undefined));
  try {
    return use(made.map((tensor, i) => tensor ?? (batch[i] as tf.Tensor)));
  } finally {
    tf.dispose([indices, ...made.filter((tensor) => tensor !== undefined)]);
  }
}
