import type { GraphWriter, Ref } from "../emit/graph-writer";
import { concatElements, tensorArray, writeElement } from "../emit/tensor-array";
import { writeLoop } from "../emit/while-loop";
import { FLOAT32 } from "../engine/dtypes";
import type { ShardReduction, SliceInputs } from "./reduction";
import { RunningSums } from "./running-sums";
import type { Shard } from "./shards";

/** The frame of the loop over shards, by which a graph shows that it has one. */
export const SHARDS_FRAME = "shards";

/**
 * Loop reduction: the shards are a loop's iterations, all of which may run at once. The graph does not grow with the
 * number of shards.
 *
 * @returns the reduced outputs; and the one vector that holds all sums, where they are carried as one
 */
export function reduceInLoop(
  writer: GraphWriter,
  { trace, concatenated, body, size, shards, frame = SHARDS_FRAME }: ShardReduction,
  sliceInputs: SliceInputs,
): { outputs: Ref[]; vector: Ref | undefined } {
  const isConcatenated = (_: unknown, output: number) => concatenated.has(output);
  const isSummed = (_: unknown, output: number) => !concatenated.has(output);
  const running = new RunningSums(writer, trace.results.filter(isSummed));
  const arrays = trace.results.filter(isConcatenated).map((result) => tensorArray(writer, result, writer.int(shards)));
  const carried = [...running.initial(), ...arrays.map(({ flow }) => ({ dtype: FLOAT32, initial: flow }))];
  const options = { frame, iterations: shards, parallel: shards };
  const last = writeLoop(writer, options, carried, (loop) => {
    const shard: Shard = { index: loop.index, enter: loop.enter, size, shards };
    const values = body.write(loop, shard, sliceInputs(shard));
    const sums = running.add(loop, values.filter(isSummed));
    const elements = values.filter(isConcatenated);
    const flows = arrays.map((array, i) => {
      const flow = loop.carried[sums.length + i] as Ref;
      return writeElement(writer, array, loop, { index: loop.index, value: elements[i] as Ref, flow });
    });
    return [...sums, ...flows];
  });
  const sums = last.slice(0, last.length - arrays.length);
  const split = running.split(sums);
  const joined = arrays.map((array, i) => concatElements(writer, { ...array, flow: last[sums.length + i] as Ref }));
  const outputs = trace.results.map((_, output) => (concatenated.has(output) ? joined : split).shift() as Ref);
  return { outputs, vector: running.isVector ? sums[0] : undefined };
}
