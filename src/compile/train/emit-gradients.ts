import { emit } from "../emit/emit";
import type { GraphWriter, Ref } from "../emit/graph-writer";
import { intAttr, typeAttr } from "../engine/protobuf";
import type { Signature } from "../ir/trace";
import { reduceInLoop } from "../shard/reduce-loop";
import { isSmall, reduceUnrolled } from "../shard/reduce-unrolled";
import { shardBody } from "../shard/shard-body";
import { type ShardPlace, shardOf } from "../shard/shards";
import type { Gradient, SlicedTrace } from "./indexed-slices";
import type { StepPlan } from "./step-plan";

/** Sums over a whole batch. */
export interface Sums {
  /** Of the loss's terms. */
  readonly sum: Ref;
  /** How many terms there are. */
  readonly count: Ref;
  /** Of the terms' gradients, by variable. */
  readonly gradients: readonly Gradient[];
  /** The gradients' numbers once more, as one vector where they are one. */
  readonly all: readonly Ref[];
}

interface Sources {
  readonly batch: readonly Ref[];
  readonly iteration: Ref;
  readonly reads: readonly Ref[];
}

/** The sums over all shards: side by side where these are small, else by a loop, which does not grow with them. */
export function emitGradients(
  writer: GraphWriter,
  { trace, rows }: SlicedTrace,
  sources: Sources,
  plan: StepPlan,
): Sums {
  const { batch, iteration, reads } = sources;
  if (plan.shards === 1) {
    const inputs = [...rowsOf(writer, batch, plan), iteration, ...reads];
    return sumsOf(emit(writer, trace, { inputs, bring: (value) => value }), rows);
  }
  const handed = new Set([...rows].flatMap(([variable, output]) => [2 + variable, output]));
  const uncut = plan.signatures.map(({ shape }, i) => (shape.length === 0 ? batch[i] : undefined));
  const shard = shardBody(writer, trace, [...uncut, iteration, ...reads]);
  const size = plan.size / plan.shards;
  const cuts = { trace, handed, shard, size, shards: plan.shards };
  const rowsAt = (place: ShardPlace) => rowsOf(writer, batch, plan, place);
  if (isSmall(cuts)) return sumsOf(reduceUnrolled(writer, cuts, rowsAt), rows);
  const { made, vector } = reduceInLoop(writer, cuts, rowsAt);
  const sums = sumsOf(made, rows);
  return vector ? { ...sums, all: [vector, ...[...rows.keys()].map((variable) => made[2 + variable] as Ref)] } : sums;
}

/** A trace's outputs, as sums. */
function sumsOf(made: readonly Ref[], rows: SlicedTrace["rows"]): Sums {
  const [sum, count, ...all] = made.slice(0, made.length - rows.size) as [Ref, Ref, ...Ref[]];
  const gradients = all.map((value, variable): Gradient => {
    const output = rows.get(variable);
    return output === undefined ? value : { values: value, rows: made[output] as Ref };
  });
  return { sum, count, gradients, all };
}

/** The loss's arguments, or a shard's rows of them. */
function rowsOf(writer: GraphWriter, batch: readonly Ref[], plan: StepPlan, place?: ShardPlace): Ref[] {
  const { signatures, size, isByRow } = plan;
  const { TF_INT32 } = writer.binding;
  const rows = (value: Ref, signature: Signature) => {
    const brought = place?.bring(value, signature.dtype) ?? value;
    return place && signature.shape.length > 0 ? shardOf(writer, brought, signature, place) : brought;
  };
  if (!isByRow) return signatures.map((signature, i) => rows(batch[i] as Ref, signature));
  const numbers = rows(batch[signatures.length] as Ref, { shape: [size], dtype: TF_INT32 });
  return signatures.map(({ dtype }, i) => {
    const bring = (value: Ref, type: number) => place?.bring(value, type) ?? value;
    const data = bring(batch[i] as Ref, dtype);
    const attributes = {
      Tparams: typeAttr(dtype),
      Tindices: typeAttr(TF_INT32),
      Taxis: typeAttr(TF_INT32),
      batch_dims: intAttr(0),
    };
    return writer.node("GatherV2", [data, numbers, bring(writer.int(0), TF_INT32)], attributes);
  });
}
