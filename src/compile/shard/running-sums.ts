import type { GraphWriter, Ref } from "../emit/graph-writer";
import type { Carried, LoopContext } from "../emit/while-loop";
import { FLOAT32, INT32 } from "../engine/dtypes";
import { intAttr, typeAttr } from "../engine/protobuf";
import type { Signature } from "../ir/trace";

/**
 * Up to this many numbers, all sums go through the loop as one vector, because a node for each of many small values costs
 * more than the copy into the vector.
 */
const LARGEST_VECTOR = 1 << 20;

/** Sums that a loop over shards carries: of each value, over all iterations. */
export class RunningSums {
  readonly isVector: boolean;
  private readonly shapes: readonly (readonly number[])[];
  private readonly sizes: readonly number[];
  private readonly total: number;

  /** @param signatures of the values, all float32 */
  constructor(
    private readonly writer: GraphWriter,
    signatures: readonly Signature[],
  ) {
    this.shapes = signatures.map(({ shape }) => shape);
    this.sizes = this.shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
    this.total = this.sizes.reduce((sum, size) => sum + size, 0);
    this.isVector = this.total <= LARGEST_VECTOR;
  }

  /** The loop's initial values: zeros. */
  initial(): Carried[] {
    const { writer } = this;
    const dtype = FLOAT32;
    const shapes = this.isVector ? [[this.total]] : this.shapes;
    return shapes.map((shape) => ({ dtype, initial: writer.fill(dtype, shape, 0) }));
  }

  /** Inside the loop: adds one iteration's values to the first of the carried values. */
  add({ enter, carried }: LoopContext, values: readonly Ref[]): Ref[] {
    const terms = this.isVector ? [this.concat(values, (value) => enter(value, INT32))] : values;
    return terms.map((term, i) => this.writer.binary("AddV2", carried[i] as Ref, term, FLOAT32));
  }

  /** After the loop: one sum for each value. */
  split(sums: readonly Ref[]): Ref[] {
    if (!this.isVector) return [...sums];
    const { writer } = this;
    const { T, index } = this.types();
    const attributes = { T, Tlen: index, num_split: intAttr(this.sizes.length) };
    const node = writer.node("SplitV", [sums[0] as Ref, writer.ints(this.sizes), writer.int(0)], attributes);
    return this.shapes.map((shape, i) =>
      writer.node("Reshape", [`${node}:${i}`, writer.ints(shape)], { T, Tshape: index }),
    );
  }

  private concat(values: readonly Ref[], enter: (value: Ref) => Ref): Ref {
    const { writer } = this;
    const { T, index } = this.types();
    const vector = enter(writer.ints([-1]));
    const flat = values.map((value) => writer.node("Reshape", [value, vector], { T, Tshape: index }));
    return writer.node("ConcatV2", [...flat, enter(writer.int(0))], { T, Tidx: index, N: intAttr(flat.length) });
  }

  private types() {
    return { T: typeAttr(FLOAT32), index: typeAttr(INT32) };
  }
}
