import type { GraphWriter, Ref } from "../emit/graph-writer";
import { concatElements, tensorArray, writeElement } from "../emit/tensor-array";
import { writeLoop } from "../emit/while-loop";
import { CompileError } from "../errors";
import type { Signature, Trace } from "../ir/trace";
import { shardBody } from "./shard-body";
import { shardOf } from "./shards";

/** How a function of rows is cut. */
export interface RowsPlan {
  /** The function's arguments; scalars are not cut. */
  readonly signatures: readonly Signature[];
  /** Rows of an argument. */
  readonly size: number;
  readonly shards: number;
}

/**
 * Writes a function of rows as a loop over shards, which run side by side; results are put together again.
 *
 * @param whole the trace of one shard; its inputs are the arguments' rows, then the variables
 */
export function mapShards(
  writer: GraphWriter,
  whole: Trace,
  { inputs, reads }: { inputs: readonly Ref[]; reads: readonly Ref[] },
  { signatures, size, shards }: RowsPlan,
): Ref[] {
  const rows = size / shards;
  const wrong = whole.results.findIndex(({ shape }) => shape[0] !== rows);
  if (wrong >= 0) {
    const got = `[${whole.results[wrong]?.shape}] from ${rows} rows`;
    throw new CompileError(`compile: shards: expected a result for each row, got result ${wrong} of shape ${got}`);
  }
  const uncut = signatures.map(({ shape }, i) => (shape.length === 0 ? inputs[i] : undefined));
  const shard = shardBody(writer, whole, [...uncut, ...reads]);
  const float = writer.binding.TF_FLOAT;
  const lists = shard.results.map((element) => tensorArray(writer, element, writer.int(shards)));
  const carried = lists.map(({ flow }) => ({ dtype: float, initial: flow }));
  const flows = writeLoop(writer, { frame: "rows", iterations: shards, parallel: shards }, carried, (inside) => {
    const place = { ...inside, size: rows, shards };
    const parts = inputs.map((input, i) => {
      if (uncut[i] !== undefined) return "";
      const signature = signatures[i] as Signature;
      return shardOf(writer, inside.bring(input, signature.dtype), signature, place);
    });
    const made = shard.write(inside, place, parts);
    return lists.map((list, i) => {
      const at = { index: inside.index, value: made[i] as Ref, flow: inside.carried[i] as Ref };
      return writeElement(writer, list, inside, at);
    });
  });
  return lists.map((list, i) => concatElements(writer, { ...list, flow: flows[i] as Ref }));
}
