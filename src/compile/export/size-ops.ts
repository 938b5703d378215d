import { attribute } from "../engine/attributes";
import { INT32 } from "../engine/dtypes";
import type { Op, Value } from "../ir/trace";
import type { Size } from "./symbolic-dims";

/** Appends to a list of ops what computes sizes; each size is computed once. */
export class SizeOps {
  private readonly known = new Map<string, Value>();

  /** @param sizes the values of s₁ … sₙ, int32 scalars */
  constructor(
    private readonly ops: Op[],
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
      const attributes = [
        attribute("T", "TYPE", INT32),
        attribute("N", "INT", sizes.length),
        attribute("axis", "INT", 0),
      ];
      const inputs = sizes.map((size) => this.number(size));
      return this.add({ name: "Pack", attributes, inputs, shapes: [[sizes.length]], dtypes: [INT32] });
    });
  }

  /** A tensor of a shape whose values are all the same. */
  fill(shape: readonly Size[], dtype: number, value: number): Value {
    const attributes = [attribute("T", "TYPE", dtype), attribute("index_type", "TYPE", INT32)];
    const inputs = [this.list(shape), this.constant(dtype, [], [value])];
    return this.add({ name: "Fill", attributes, inputs, shapes: [shape.map(() => -1)], dtypes: [dtype] });
  }

  /** The int32 vector first, first + step, …, of `count` numbers. */
  range(first: number, step: number, count: Size): Value {
    const limit = count.map((c, bits) => c * step + (bits === 0 ? first : 0));
    const inputs = [this.int(first), this.number(limit), this.int(step)];
    const attributes = [attribute("Tidx", "TYPE", INT32)];
    return this.add({ name: "Range", attributes, inputs, shapes: [[-1]], dtypes: [INT32] });
  }

  /** An int32 value, as another type. */
  cast(value: Value, shape: readonly number[], dtype: number): Value {
    if (dtype === INT32) return value;
    const attributes = [
      attribute("SrcT", "TYPE", INT32),
      attribute("DstT", "TYPE", dtype),
      attribute("Truncate", "BOOL", false),
    ];
    return this.add({ name: "Cast", attributes, inputs: [value], shapes: [shape], dtypes: [dtype] });
  }

  /** The product of a coefficient and the sizes of a set, given by its bits. */
  private term(c: number, bits: number): Value {
    const factors = this.sizes.filter((_, i) => ((bits >> i) & 1) === 1);
    const all = c === 1 && factors.length > 0 ? factors : [this.int(c), ...factors];
    return all.reduce((a, b) => this.binary("Mul", a, b));
  }

  private int(value: number): Value {
    return this.once(`int ${value}`, () => this.constant(INT32, [], [value]));
  }

  private constant(dtype: number, shape: readonly number[], values: readonly number[]): Value {
    return this.add({ name: "Const", attributes: [], inputs: [], shapes: [shape], dtypes: [dtype], values });
  }

  private binary(name: "AddV2" | "Mul", a: Value, b: Value): Value {
    const attributes = [attribute("T", "TYPE", INT32)];
    return this.add({ name, attributes, inputs: [a, b], shapes: [[]], dtypes: [INT32] });
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
export function sizeOfInput(input: number, dtype: number, rank: number, axis: number): Op[] {
  const ints = (value: number): Op => ({
    ...{ name: "Const", attributes: [], inputs: [], shapes: [[1]], dtypes: [INT32], values: [value] },
  });
  const shape: Op = {
    name: "Shape",
    attributes: [attribute("T", "TYPE", dtype), attribute("out_type", "TYPE", INT32)],
    inputs: [{ input }],
    shapes: [[rank]],
    dtypes: [INT32],
  };
  const bounds = [ints(axis), ints(axis + 1), ints(1)];
  const masks = { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 1 };
  const size: Op = {
    name: "StridedSlice",
    attributes: [
      attribute("T", "TYPE", INT32),
      attribute("Index", "TYPE", INT32),
      ...Object.entries(masks).map(([name, value]) => attribute(name, "INT", value)),
    ],
    inputs: [shape, ...bounds].map((op) => ({ op, output: 0 })),
    shapes: [[]],
    dtypes: [INT32],
  };
  return [shape, ...bounds, size];
}
