import type { GraphWriter, Ref } from "../emit/graph-writer";
import { concatElements, tensorArray, writeElement } from "../emit/tensor-array";
import { writeLoop } from "../emit/while-loop";
import { FLOAT32 } from "../engine/dtypes";
import { CompileError } from "../errors";
import type { Signature, Trace } from "../ir/trace";
import { type ArgumentSignature, isReplicated } from "./argument";
import { hasPlacedLoop, reduceUnrolled } from "./reduce-unrolled";
import { shardBody } from "./shard-body";
import { type Shard, sliceShard } from "./shards";

/** How a function's batch is split. */
export interface MapPlan {
  /** The function's arguments. */
  readonly signatures: readonly ArgumentSignature[];
  /** The number of examples in the batch. */
  readonly batchSize: number;
  readonly shards: number;
}

/**
 * Writes a function that has a result for each example as a loop over shards, whose iterations run in parallel. The
 * results of the shards are concatenated. A function with a loop on several devices is written once for each shard.
 *
 * @param trace of one shard; its inputs are the shard's slices of the arguments, then the variables
 * @param inputs the arguments
 * @param reads the values of the variables
 * @throws CompileError when a result does not have one row for each example
 */
export function mapShards(
  writer: GraphWriter,
  trace: Trace,
  { inputs, reads }: { inputs: readonly Ref[]; reads: readonly Ref[] },
  { signatures, batchSize, shards }: MapPlan,
): Ref[] {
  const size = batchSize / shards;
  checkShardResults(trace, size);
  const isWhole = signatures.map(isReplicated);
  const replicated = inputs.map((input, i) => (isWhole[i] ? input : undefined));
  const body = shardBody(writer, trace, [...replicated, ...reads]);
  const sliceInputs = (shard: Shard) =>
    inputs.map((input, i) => {
      const signature = signatures[i] as Signature;
      return isWhole[i] ? "" : sliceShard(writer, shard.enter(input, signature.dtype), signature, shard);
    });
  if (hasPlacedLoop(trace)) {
    const concatenated = new Set(trace.results.keys());
    return reduceUnrolled(writer, { trace, concatenated, body, size, shards }, sliceInputs);
  }
  const arrays = body.results.map((element) => tensorArray(writer, element, writer.int(shards)));
  const carried = arrays.map(({ flow }) => ({ dtype: FLOAT32, initial: flow }));
  const flows = writeLoop(writer, { frame: "rows", iterations: shards, parallel: shards }, carried, (loop) => {
    const shard: Shard = { index: loop.index, enter: loop.enter, size, shards };
    const values = body.write(loop, shard, sliceInputs(shard));
    return arrays.map((array, i) => {
      const element = { index: loop.index, value: values[i] as Ref, flow: loop.carried[i] as Ref };
      return writeElement(writer, array, loop, element);
    });
  });
  return arrays.map((array, i) => concatElements(writer, { ...array, flow: flows[i] as Ref }));
}

/** @throws CompileError when a result of a function of so many examples does not have one row for each of them */
export function checkShardResults({ results }: Trace, size: number): void {
  const wrong = results.findIndex(({ shape }) => shape[0] !== size);
  if (wrong < 0) return;
  const got = `result ${wrong} of shape [${results[wrong]?.shape}] from ${size} examples`;
  throw new CompileError(`compile: shards: expected results with one row for each example, got ${got}`);
}
