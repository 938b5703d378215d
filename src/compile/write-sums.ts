import { emit } from "./emit";
import type { GraphWriter, Ref } from "./graph";
import { type Carried, type LoopBody, writeLoop } from "./loop";
import { intAttr, typeAttr } from "./messages";
import { shardTrace } from "./shard-trace";
import { type ShardPlace, shardOf } from "./shards";
import type { Gradient, TableTrace } from "./tables";
import { concatElements, tensorArray, writeElement } from "./tensor-array";
import type { Signature } from "./trace";
import type { StepPlan } from "./write-step";

/** Sums over a whole batch. */
export interface Sums {
  /** Of the loss's terms. */
  readonly sum: Ref;
  /** How many terms there are. */
  readonly count: Ref;
  /** Of the terms' gradients, by variable. */
  readonly gradients: readonly Gradient[];
  /** The gradients' numbers once more, as one vector where they are small enough. */
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
export function writeSums(writer: GraphWriter, { trace, rows }: TableTrace, sources: Sources, plan: StepPlan): Sums {
  const { batch, iteration, reads } = sources;
  if (plan.shards === 1) {
    const inputs = [...rowsOf(writer, batch, plan), iteration, ...reads];
    const made = emit(writer, trace, { inputs, bring: (value) => value });
    return sumsOf(made, rows, made.slice(2, 2 + plan.variables.length));
  }
  const handed = new Set([...rows].flatMap(([variable, output]) => [2 + variable, output]));
  const isHanded = (_: unknown, output: number) => handed.has(output);
  const isAdded = (_: unknown, output: number) => !handed.has(output);
  const sum = new Sum(writer, trace.results.filter(isAdded));
  const size = writer.int(plan.shards);
  const lists = trace.results.filter(isHanded).map((result) => tensorArray(writer, result, size));
  const float = writer.binding.TF_FLOAT;
  const carried = [...sum.zeros(), ...lists.map(({ flow }) => ({ dtype: float, initial: flow }))];
  const uncut = plan.signatures.map(({ shape }, i) => (shape.length === 0 ? batch[i] : undefined));
  const shard = shardTrace(writer, trace, [...uncut, iteration, ...reads]);
  const loop = { frame: "shards", iterations: plan.shards, parallel: plan.shards };
  const out = writeLoop(writer, loop, carried, (inside) => {
    const place = { ...inside, size: plan.size / plan.shards, shards: plan.shards };
    const made = shard.write(inside, place, rowsOf(writer, batch, plan, place));
    const added = sum.add(inside, made.filter(isAdded));
    const elements = made.filter(isHanded);
    const flows = lists.map((list, i) => {
      const at = { index: inside.index, value: elements[i] as Ref, flow: inside.carried[added.length + i] as Ref };
      return writeElement(writer, list, inside, at);
    });
    return [...added, ...flows];
  });
  const added = out.slice(0, out.length - lists.length);
  const apart = sum.apart(added);
  const joined = lists.map((list, i) => concatElements(writer, { ...list, flow: out[added.length + i] as Ref }));
  const made = trace.results.map((_, output) => (handed.has(output) ? joined : apart).shift() as Ref);
  const values = [...rows.keys()].map((variable) => made[2 + variable] as Ref);
  return sumsOf(made, rows, sum.isVector ? [...added, ...values] : made.slice(2, 2 + plan.variables.length));
}

/** A trace's outputs, as sums. */
function sumsOf(made: readonly Ref[], rows: TableTrace["rows"], all: readonly Ref[]): Sums {
  const [sum, count, ...values] = made.slice(0, made.length - rows.size) as [Ref, Ref, ...Ref[]];
  const gradients = values.map((value, variable): Gradient => {
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

/** Adds up values of several shards, as one vector where they are small enough. */
class Sum {
  readonly isVector: boolean;
  private readonly shapes: readonly (readonly number[])[];
  private readonly sizes: readonly number[];

  constructor(
    private readonly writer: GraphWriter,
    signatures: readonly Signature[],
  ) {
    this.shapes = signatures.map(({ shape }) => shape);
    this.sizes = this.shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
    this.isVector = this.total <= LARGEST_VECTOR;
  }

  private get total(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** What a loop begins with. */
  zeros(): Carried[] {
    const { writer } = this;
    const dtype = writer.binding.TF_FLOAT;
    const shapes = this.isVector ? [[this.total]] : this.shapes;
    return shapes.map((shape) => ({ dtype, initial: writer.fill(dtype, shape, 0) }));
  }

  /** Inside the loop: what is carried first, with a shard's values. */
  add({ bring, carried }: LoopBody, values: readonly Ref[]): Ref[] {
    const { TF_FLOAT, TF_INT32 } = this.writer.binding;
    const added = this.isVector ? [this.flatten(values, (value) => bring(value, TF_INT32))] : values;
    return added.map((value, i) => this.writer.binary("AddV2", carried[i] as Ref, value, TF_FLOAT));
  }

  private flatten(values: readonly Ref[], bring: (value: Ref) => Ref): Ref {
    const { writer } = this;
    const [kind, index] = this.types;
    const vector = bring(writer.ints([-1]));
    const flat = values.map((value) => writer.node("Reshape", [value, vector], { T: kind, Tshape: index }));
    const attributes = { T: kind, Tidx: index, N: intAttr(flat.length) };
    return writer.node("ConcatV2", [...flat, bring(writer.int(0))], attributes);
  }

  /** After the loop: the sums by value. */
  apart(sums: readonly Ref[]): Ref[] {
    if (!this.isVector) return [...sums];
    const { writer } = this;
    const [kind, index] = this.types;
    const attributes = { T: kind, Tlen: index, num_split: intAttr(this.sizes.length) };
    const node = writer.node("SplitV", [sums[0] as Ref, writer.ints(this.sizes), writer.int(0)], attributes);
    return this.shapes.map((shape, i) =>
      writer.node("Reshape", [`${node}:${i}`, writer.ints(shape)], { T: kind, Tshape: index }),
    );
  }

  private get types() {
    const { TF_FLOAT, TF_INT32 } = this.writer.binding;
    return [typeAttr(TF_FLOAT), typeAttr(TF_INT32)] as const;
  }
}
