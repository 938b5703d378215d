import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { INT32 } from "../engine/dtypes";
import { intAttr, typeAttr } from "../engine/protobuf";
import type { Trace } from "../ir/trace";
import { type ArgumentSignature, isReplicated } from "../shard/argument";
import { reduceInLoop } from "../shard/reduce-loop";
import { reduceUnrolled, shouldUnroll } from "../shard/reduce-unrolled";
import { type ShardBody, shardBody } from "../shard/shard-body";
import { type Shard, sliceShard } from "../shard/shards";
import type { StepPlan } from "./step-plan";

/** The inputs of a step's graph. */
export interface Sources {
  /** The tensors of the batch; for a gathered batch, the resident data and then the row indices. */
  readonly batch: readonly Ref[];
  /** The number of the step. */
  readonly iteration: Ref;
  /** The values of the variables and the frozen ones, the handles of sliced ones; then the factors of a loss's parts. */
  readonly reads: readonly Ref[];
}

/** How the batch of a step is cut. */
export type CutPlan = Pick<StepPlan, "shards" | "signatures" | "batchSize" | "isGathered">;

/** The outputs of all shards together. */
export interface Reduced {
  readonly outputs: readonly Ref[];
  /** The one vector that holds all sums, where they are carried as one. */
  readonly vector?: Ref | undefined;
  /** As in ShardBody. */
  readonly invariant: ShardBody["invariant"];
}

export interface ReduceOptions {
  /** As in ShardReduction. Default: none. */
  readonly concatenated?: ReadonlySet<number>;
  /** As in ShardReduction. Default: "shards". */
  readonly frame?: string;
}

/** Writes a trace of one shard for all shards, and reduces its outputs. */
export function emitReduced(
  writer: GraphWriter,
  trace: Trace,
  { batch, iteration, reads }: Sources,
  plan: CutPlan,
  { concatenated = new Set(), ...named }: ReduceOptions = {},
): Reduced {
  const { shards, signatures, batchSize } = plan;
  if (shards === 1) {
    const inputs = [...lossInputs(writer, batch, plan), iteration, ...reads];
    return { outputs: emit(writer, trace, { inputs, enter: (value) => value }), invariant: () => undefined };
  }
  const replicated = signatures.map((signature, i) => (isReplicated(signature) ? batch[i] : undefined));
  const body = shardBody(writer, trace, [...replicated, iteration, ...reads]);
  const reduction = { trace, concatenated, body, size: batchSize / shards, shards, ...named };
  const sliceInputs = (shard: Shard) => lossInputs(writer, batch, plan, shard);
  if (shouldUnroll(reduction)) return { ...body, outputs: reduceUnrolled(writer, reduction, sliceInputs) };
  return { ...body, ...reduceInLoop(writer, reduction, sliceInputs) };
}

/** Writes the loss's arguments: for the whole batch, or a shard's slices of them. */
function lossInputs(writer: GraphWriter, batch: readonly Ref[], plan: CutPlan, shard?: Shard): Ref[] {
  const { signatures, batchSize, isGathered } = plan;
  const enter = (value: Ref, dtype: number) => shard?.enter(value, dtype) ?? value;
  const sliceOf = (value: Ref, signature: ArgumentSignature) => {
    const inside = enter(value, signature.dtype);
    return shard && !isReplicated(signature) ? sliceShard(writer, inside, signature, shard) : inside;
  };
  if (!isGathered) return signatures.map((signature, i) => sliceOf(batch[i] as Ref, signature));
  const indices = sliceOf(batch[signatures.length] as Ref, { shape: [batchSize], dtype: INT32 });
  return signatures.map((signature, i) => {
    const { dtype } = signature;
    const data = enter(batch[i] as Ref, dtype);
    if (isReplicated(signature)) return data;
    const attributes = {
      Tparams: typeAttr(dtype),
      Tindices: typeAttr(INT32),
      Taxis: typeAttr(INT32),
      batch_dims: intAttr(0),
    };
    return writer.node("GatherV2", [data, indices, enter(writer.int(0), INT32)], attributes);
  });
}
