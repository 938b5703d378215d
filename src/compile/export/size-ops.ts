import type { Attribute } from "../engine/attributes";
import type { Binding } from "../engine/backend";
import type { Op, Value } from "../ir/trace";
import type { Size } from "./symbolic-dims";

/** Appends to a list of ops what computes sizes; each size is computed once. */
export class SizeOps {
  private readonly known = new Map<string, Value>();

  /** @param sizes the values of s₁ … sₙ, int32 scalars */
  constructor(
    private readonly ops: Op[],
    private readonly binding: Binding,
    private readonly sizes: readonly Value[],
  ) {}

  /** A size, as an int32 scalar. */
  number(size: Size): Value {
    return this.once(`number ${size}`, () => {
      const terms = size.flatMap((c, bits) => (c === 0 ? [] : [this.term(c, bits)]));
      return terms.length === 0 ? this.int(0) : terms.reduce((a, b) => this.binary("AddV2", a, b));
    });
  }

  /** Several sizes, as an int32 vector. */
  list(sizes: readonly Size[]): Value {
    return this.once(`list ${sizes.join(";")}`, () => {
      const { TF_ATTR_INT, TF_INT32 } = this.binding;
      const attributes = [
        this.type("T", TF_INT32),
        { name: "N", type: TF_ATTR_INT, value: sizes.length },
        { name: "axis", type: TF_ATTR_INT, value: 0 },
      ];
      const inputs = sizes.map((size) => this.number(size));
      return this.add({ name: "Pack", attributes, inputs, shapes: [[sizes.length]], dtypes: [TF_INT32] });
    });
  }

  /** A tensor of a shape whose values are all the same. */
  fill(shape: readonly Size[], dtype: number, value: number): Value {
    const attributes = [this.type("T", dtype), this.type("index_type", this.binding.TF_INT32)];
    const inputs = [this.list(shape), this.constant(dtype, [], [value])];
    return this.add({ name: "Fill", attributes, inputs, shapes: [shape.map(() => -1)], dtypes: [dtype] });
  }

  /** The int32 vector first, first + step, …, of `count` numbers. */
  range(first: number, step: number, count: Size): Value {
    const limit = count.map((c, bits) => c * step + (bits === 0 ? first : 0));
    const inputs = [this.int(first), this.number(limit), this.int(step)];
    const { TF_INT32 } = this.binding;
    const attributes = [this.type("Tidx", TF_INT32)];
    return this.add({ name: "Range", attributes, inputs, shapes: [[-1]], dtypes: [TF_INT32] });
  }

  /** An int32 value, as another type. */
  cast(value: Value, shape: readonly number[], dtype: number): Value {
    if (dtype === this.binding.TF_INT32) return value;
    const truncate = { name: "Truncate", type: this.binding.TF_ATTR_BOOL, value: false };
    const attributes = [this.type("SrcT", this.binding.TF_INT32), this.type("DstT", dtype), truncate];
    return this.add({ name: "Cast", attributes, inputs: [value], shapes: [shape], dtypes: [dtype] });
  }

  /** The product of a coefficient and the sizes of a set, given by its bits. */
  private term(c: number, bits: number): Value {
    const factors = this.sizes.filter((_, i) => ((bits >> i) & 1) === 1);
    const all = c === 1 && factors.length > 0 ? factors : [this.int(c), ...factors];
    return all.reduce((a, b) => this.binary("Mul", a, b));
  }

  private int(value: number): Value {
    return this.once(`int ${value}`, () => this.constant(this.binding.TF_INT32, [], [value]));
  }

  private constant(dtype: number, shape: readonly number[], values: readonly number[]): Value {
    return this.add({ name: "Const", attributes: [], inputs: [], shapes: [shape], dtypes: [dtype], values });
  }

  private binary(name: "AddV2" | "Mul", a: Value, b: Value): Value {
    const { TF_INT32 } = this.binding;
    return this.add({ name, attributes: [this.type("T", TF_INT32)], inputs: [a, b], shapes: [[]], dtypes: [TF_INT32] });
  }

  private type(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_TYPE, value };
  }

  private add(op: Op): Value {
    this.ops.push(op);
    return { op, output: 0 };
  }

  private once(key: string, make: () => Value): Value {
    const known = this.known.get(key) ?? make();
    this.known.set(key, known);
    return known;
  }
}

/** The ops that compute the size of an input on an axis; the last of them is the size, an int32 scalar. */
export function sizeOfInput(binding: Binding, input: number, dtype: number, rank: number, axis: number): Op[] {
  const { TF_ATTR_INT, TF_ATTR_TYPE, TF_INT32 } = binding;
  const type = (name: string, value: number): Attribute => ({ name, type: TF_ATTR_TYPE, value });
  const ints = (value: number): Op => ({
    ...{ name: "Const", attributes: [], inputs: [], shapes: [[1]], dtypes: [TF_INT32], values: [value] },
  });
  const shape: Op = {
    name: "Shape",
    attributes: [type("T", dtype), type("out_type", TF_INT32)],
    inputs: [{ input }],
    shapes: [[rank]],
    dtypes: [TF_INT32],
  };
  const bounds = [ints(axis), ints(axis + 1), ints(1)];
  const masks = { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 1 };
  const size: Op = {
    name: "StridedSlice",
    attributes: [
      type("T", TF_INT32),
      type("Index", TF_INT32),
      ...Object.entries(masks).map(([name, value]) => ({ name, type: TF_ATTR_INT, value })),
    ],
    inputs: [shape, ...bounds].map((op) => ({ op, output: 0 })),
    shapes: [[]],
    dtypes: [TF_INT32],
  };
  return [shape, ...bounds, size];
}
