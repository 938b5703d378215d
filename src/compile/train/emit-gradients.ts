import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { INT32 } from "../engine/dtypes";
import { intAttr, typeAttr } from "../engine/protobuf";
import type { Signature } from "../ir/trace";
import { reduceInLoop } from "../shard/reduce-loop";
import { reduceUnrolled, shouldUnroll } from "../shard/reduce-unrolled";
import { shardBody } from "../shard/shard-body";
import { type Shard, sliceShard } from "../shard/shards";
import type { Gradient } from "./indexed-slices";
import type { SlicedTrace } from "./slice-gradients";
import type { StepPlan } from "./step-plan";

/** Sums over a whole batch. */
export interface BatchSums {
  /** The sum of the loss's terms. */
  readonly sum: Ref;
  /** The number of terms. */
  readonly count: Ref;
  /** The gradients of the sum, by variable. */
  readonly gradients: readonly Gradient[];
  /** All numbers of the gradients, in as few values as they are computed in. */
  readonly values: readonly Ref[];
}

/** The inputs of a step's graph. */
interface Sources {
  /** The tensors of the batch; for a gathered batch, the resident data and then the row indices. */
  readonly batch: readonly Ref[];
  /** The number of the step. */
  readonly iteration: Ref;
  /** The values of the variables and the frozen ones; the handles of sliced ones. */
  readonly reads: readonly Ref[];
}

/** Writes the sums of the loss's terms and of their gradients over all shards. */
export function emitGradients(writer: GraphWriter, sliced: SlicedTrace, sources: Sources, plan: StepPlan): BatchSums {
  const { trace, indices } = sliced;
  const { batch, iteration, reads } = sources;
  const { shards, signatures, batchSize } = plan;
  if (shards === 1) {
    const inputs = [...lossInputs(writer, batch, plan), iteration, ...reads];
    return readSums(emit(writer, trace, { inputs, enter: (value) => value }), sliced);
  }
  // The slices of a gradient are not summed over shards: those of all shards together are the batch's.
  const concatenated = new Set([...indices].flatMap(([variable, output]) => [2 + variable, output]));
  const replicated = signatures.map(({ shape }, i) => (shape.length === 0 ? batch[i] : undefined));
  const body = shardBody(writer, trace, [...replicated, iteration, ...reads]);
  const reduction = { trace, concatenated, body, size: batchSize / shards, shards };
  const sliceInputs = (shard: Shard) => lossInputs(writer, batch, plan, shard);
  if (shouldUnroll(reduction)) return readSums(reduceUnrolled(writer, reduction, sliceInputs), sliced);
  const { outputs, vector } = reduceInLoop(writer, reduction, sliceInputs);
  const sums = readSums(outputs, sliced);
  if (vector === undefined) return sums;
  return { ...sums, values: [vector, ...[...indices.keys()].map((variable) => outputs[2 + variable] as Ref)] };
}

/** The outputs of a sliced trace by their meaning. */
function readSums(outputs: readonly Ref[], { indices }: SlicedTrace): BatchSums {
  const [sum, count, ...values] = outputs.slice(0, outputs.length - indices.size) as [Ref, Ref, ...Ref[]];
  const gradients = values.map((value, variable): Gradient => {
    const output = indices.get(variable);
    return output === undefined ? value : { values: value, indices: outputs[output] as Ref };
  });
  return { sum, count, gradients, values };
}

/** Writes the loss's arguments: for the whole batch, or a shard's slices of them. Scalars are replicated. */
function lossInputs(writer: GraphWriter, batch: readonly Ref[], plan: StepPlan, shard?: Shard): Ref[] {
  const { signatures, batchSize, isGathered } = plan;
  const enter = (value: Ref, dtype: number) => shard?.enter(value, dtype) ?? value;
  const sliceOf = (value: Ref, signature: Signature) => {
    const inside = enter(value, signature.dtype);
    return shard && signature.shape.length > 0 ? sliceShard(writer, inside, signature, shard) : inside;
  };
  if (!isGathered) return signatures.map((signature, i) => sliceOf(batch[i] as Ref, signature));
  const indices = sliceOf(batch[signatures.length] as Ref, { shape: [batchSize], dtype: INT32 });
  return signatures.map(({ dtype }, i) => {
    const data = enter(batch[i] as Ref, dtype);
    const attributes = {
      Tparams: typeAttr(dtype),
      Tindices: typeAttr(INT32),
      Taxis: typeAttr(INT32),
      batch_dims: intAttr(0),
    };
    return writer.node("GatherV2", [data, indices, enter(writer.int(0), INT32)], attributes);
  });
}
