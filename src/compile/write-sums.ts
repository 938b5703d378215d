import { emit } from "./emit";
import type { GraphWriter, Ref } from "./graph";
import { type Carried, writeLoop } from "./loop";
import { intAttr, typeAttr } from "./messages";
import { shardTrace } from "./shard-trace";
import { type ShardPlace, shardOf } from "./shards";
import type { Signature, Trace } from "./trace";
import type { StepPlan } from "./write-step";

/** Sums over a whole batch. */
export interface Sums {
  /** Of the loss's terms. */
  readonly sum: Ref;
  /** How many terms there are. */
  readonly count: Ref;
  /** Of the terms' gradients, by variable. */
  readonly gradients: readonly Ref[];
  /** The gradients once more, as one vector where they are small enough. */
  readonly all: readonly Ref[];
}

interface Sources {
  readonly batch: readonly Ref[];
  readonly iteration: Ref;
  readonly reads: readonly Ref[];
}

/** Up to that many numbers, the gradients go through the loop as one vector: many small values cost more than a copy. */
const LARGEST_VECTOR = 1 << 20;

/** The sums over all shards. The graph does not grow with their number: they are the rounds of a loop. */
export function writeSums(writer: GraphWriter, whole: Trace, sources: Sources, plan: StepPlan): Sums {
  const { variables, signatures, shards } = plan;
  const { batch, iteration, reads } = sources;
  if (shards === 1) {
    const rows = rowsOf(writer, batch, plan);
    const [sum, count, ...gradients] = emit(writer, whole, {
      inputs: [...rows, iteration, ...reads],
      bring: (value) => value,
    });
    return { sum: sum as Ref, count: count as Ref, gradients, all: gradients };
  }
  const { TF_FLOAT: float, TF_INT32 } = writer.binding;
  const uncut = signatures.map(({ shape }, i) => (shape.length === 0 ? batch[i] : undefined));
  const shard = shardTrace(writer, whole, [...uncut, iteration, ...reads]);
  const shapes = [[], [], ...variables.map(({ shape }) => shape)];
  const sizes = shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const isVector = total <= LARGEST_VECTOR;
  const carried: Carried[] = (isVector ? [[total]] : shapes).map((shape) => ({
    dtype: float,
    initial: writer.fill(float, shape, 0),
  }));
  const out = writeLoop(writer, { frame: "shards", iterations: shards, parallel: shards }, carried, (inside) => {
    const place = { ...inside, size: plan.size / shards, shards };
    const made = shard.write(inside, place, rowsOf(writer, batch, plan, place));
    const flat = isVector ? [flatten(writer, made, (value) => inside.bring(value, TF_INT32))] : made;
    return flat.map((value, i) => writer.binary("AddV2", inside.carried[i] as Ref, value, float));
  });
  const [sum, count, ...gradients] = (isVector ? apart(writer, out[0] as Ref, shapes, sizes) : out) as [
    Ref,
    Ref,
    ...Ref[],
  ];
  return { sum, count, gradients, all: isVector ? out : gradients };
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

/** All values as one vector. */
function flatten(writer: GraphWriter, values: readonly Ref[], bring: (value: Ref) => Ref): Ref {
  const { TF_FLOAT, TF_INT32 } = writer.binding;
  const [kind, index] = [typeAttr(TF_FLOAT), typeAttr(TF_INT32)];
  const vector = bring(writer.ints([-1]));
  const flat = values.map((value) => writer.node("Reshape", [value, vector], { T: kind, Tshape: index }));
  const attributes = { T: kind, Tidx: index, N: intAttr(flat.length) };
  return writer.node("ConcatV2", [...flat, bring(writer.int(0))], attributes);
}

/** A vector taken apart again. */
function apart(
  writer: GraphWriter,
  vector: Ref,
  shapes: readonly (readonly number[])[],
  sizes: readonly number[],
): Ref[] {
  const { TF_FLOAT, TF_INT32 } = writer.binding;
  const [kind, index] = [typeAttr(TF_FLOAT), typeAttr(TF_INT32)];
  const attributes = { T: kind, Tlen: index, num_split: intAttr(sizes.length) };
  const node = writer.node("SplitV", [vector, writer.ints(sizes), writer.int(0)], attributes);
  return shapes.map((shape, i) =>
    writer.node("Reshape", [`${node}:${i}`, writer.ints(shape)], { T: kind, Tshape: index }),
  );
}
