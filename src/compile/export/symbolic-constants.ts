import type { Op, Value } from "../ir/trace";
import { refusal } from "./check-same-ops";
import type { SizeOps } from "./size-ops";
import { isFixed, type Samples, type Size, sizeOf } from "./symbolic-dims";

/**
 * What computes a constant that changes with the sizes: whole numbers that are sizes, one value filled into a shape, or a
 * range. Undefined for a constant that does not change.
 *
 * @param alike the constant at each of the samples' points
 * @throws CompileError when it changes in another way
 */
export function constantOf(alike: readonly Op[], samples: Samples, computed: SizeOps): Value | undefined {
  const shape = alike[0]?.shapes[0]?.map((_, axis) => {
    const along = alike.map(({ shapes }) => shapes[0]?.[axis] as number);
    return sizeOf(along, samples);
  }) as (Size | undefined)[];
  if (!shape.every((size) => size !== undefined)) throw refusal(alike[0] as Op, "a constant's shape", samples);
  return shape.every(isFixed) ? ofFixedShape(alike, samples, computed) : ofAnyShape(alike, shape, samples, computed);
}

function ofFixedShape(alike: readonly Op[], samples: Samples, computed: SizeOps): Value | undefined {
  const [op] = alike as [Op];
  const [shape, dtype] = [op.shapes[0] as readonly number[], op.dtypes[0] as number];
  const values = valuesOf(alike);
  const [own] = values as [number[]];
  if (values.every((each) => each.every((value, i) => Object.is(value, own[i])))) return undefined;
  const entries = own.map((_, i) => {
    const all = values.map((each) => each[i] as number);
    return sizeOf(all, samples);
  });
  if (shape.length > 1 || !entries.every((entry) => entry !== undefined)) {
    throw refusal(op, "a constant's values", samples);
  }
  return computed.cast(shape.length === 0 ? computed.number(entries[0] as Size) : computed.list(entries), shape, dtype);
}

function ofAnyShape(alike: readonly Op[], shape: readonly Size[], samples: Samples, computed: SizeOps): Value {
  const [op] = alike as [Op];
  const dtype = op.dtypes[0] as number;
  const values = valuesOf(alike);
  const [start = 0, second = 0] = values[0] as number[];
  if (values.every((each) => each.every((value) => Object.is(value, start)))) {
    return computed.fill(shape, dtype, start);
  }
  const step = second - start;
  const isRange = values.every((each) => each.every((value, i) => value === start + i * step));
  if (shape.length !== 1 || !isRange || ![start, step].every(Number.isInteger)) {
    throw refusal(op, "a constant's values", samples);
  }
  return computed.cast(computed.range(start, step, shape[0] as Size), [-1], dtype);
}

const valuesOf = (alike: readonly Op[]): number[][] =>
  alike.map(({ values }) => Array.from(values as ArrayLike<number>));
