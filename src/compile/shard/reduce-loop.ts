import type { GraphWriter, Ref } from "../emit/graph-writer";
import { concatElements, tensorArray, writeElement } from "../emit/tensor-array";
import { type Carried, type LoopBody, writeLoop } from "../emit/while-loop";
import { intAttr, typeAttr } from "../engine/protobuf";
import type { Signature, Trace } from "../ir/trace";
import type { ShardBody } from "./shard-body";
import type { ShardPlace } from "./shards";

/** A step's trace, to be computed shard by shard. */
export interface ShardReduction {
  readonly trace: Trace;
  /** The outputs that are residuals on, shard after shard; the others are added up. */
  readonly handed: ReadonlySet<number>;
  readonly shard: ShardBody;
  /** Rows of a shard. */
  readonly size: number;
  readonly shards: number;
}

/** Up to that many numbers, the sums go through the loop as one vector: many small values cost more than a copy. */
const LARGEST_VECTOR = 1 << 20;

/**
 * The outputs over all shards, which are the rounds of a loop, all of them under way at once.
 *
 * @param rowsOf a shard's rows of the loss's arguments
 * @returns the outputs, and the vector that those added up are parts of, where it is one
 */
export function reduceInLoop(
  writer: GraphWriter,
  { trace, handed, shard, size, shards }: ShardReduction,
  rowsOf: (place: ShardPlace) => readonly Ref[],
): { made: Ref[]; vector: Ref | undefined } {
  const isHanded = (_: unknown, output: number) => handed.has(output);
  const isAdded = (_: unknown, output: number) => !handed.has(output);
  const sum = new Sum(writer, trace.results.filter(isAdded));
  const lists = trace.results.filter(isHanded).map((result) => tensorArray(writer, result, writer.int(shards)));
  const float = writer.binding.TF_FLOAT;
  const carried = [...sum.zeros(), ...lists.map(({ flow }) => ({ dtype: float, initial: flow }))];
  const loop = { frame: "shards", iterations: shards, parallel: shards };
  const out = writeLoop(writer, loop, carried, (inside) => {
    const place = { ...inside, size, shards };
    const made = shard.write(inside, place, rowsOf(place));
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
  return { made, vector: sum.isVector ? added[0] : undefined };
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
