import { availableParallelism } from "node:os";
import * as tf from "../../tf";
import type { BatchInputs, BatchOutputs } from "./batch";

/** Rows of a shard, beams included. With fewer, reading the weights takes most of a step, and each shard reads them all. */
const ROWS_WORTH_A_SHARD = 32;

/**
 * Writes a batch in as many parts as there are cores, if it is large enough. In a graph they are loops of their own, which TensorFlow
 * runs at the same time, each until its own longest output ends.
 */
export function writeInShards(
  inputs: BatchInputs,
  beams: number,
  write: (inputs: BatchInputs) => BatchOutputs,
): BatchOutputs {
  const rows = inputs.source.shape[0] as number;
  const shards = Math.min(availableParallelism(), rows, Math.floor((rows * beams) / ROWS_WORTH_A_SHARD));
  if (shards <= 1) return write(inputs);
  const cuts = Array.from({ length: shards + 1 }, (_, shard) => Math.round((shard * rows) / shards));
  const made = cuts.slice(1).map((to, shard) => Object.entries(write(sliced(inputs, cuts[shard] as number, to, rows))));
  const joined = (made[0] ?? []).map(([name], i) => [
    name,
    tf.concat(
      made.map((each) => each[i]?.[1] as tf.Tensor),
      0,
    ),
  ]);
  return Object.fromEntries(joined);
}

/** The rows of inputs; a mask of one row is that of all. */
function sliced(inputs: BatchInputs, from: number, to: number, rows: number): BatchInputs {
  const cut = (tensor: tf.Tensor) =>
    tensor.shape[0] === rows
      ? tf.slice(tensor, [from, ...tensor.shape.slice(1).map(() => 0)], [to - from, ...tensor.shape.slice(1)])
      : tensor;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [name, cut(tensor)]),
  ) as unknown as BatchInputs;
}
