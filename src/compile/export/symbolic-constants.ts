import type { Op, Value } from "../ir/trace";
import { refusal } from "./check-same-ops";
import type { SizeOps } from "./size-ops";
import { isFixed, type Samples, type Size, sizeOf } from "./symbolic-dims";

/**
 * Computes a constant that depends on sizes: its values are sizes, or all the same in a shape of sizes, or a range.
 *
 * @param same the constant at each of the samples' points
 * @returns what computes it; undefined for a constant that is the same at all points
 * @throws CompileError when it depends on a size in another way
 */
export function constantOf(same: readonly Op[], samples: Samples, sizeOps: SizeOps): Value | undefined {
  const shape = same[0]?.shapes[0]?.map((_, axis) => {
    const along = same.map(({ shapes }) => shapes[0]?.[axis] as number);
    return sizeOf(along, samples);
  }) as (Size | undefined)[];
  if (!shape.every((size) => size !== undefined)) throw refusal(same[0] as Op, "a constant's shape", samples);
  return shape.every(isFixed)
    ? constantOfFixedShape(same, samples, sizeOps)
    : constantOfAnyShape(same, shape, samples, sizeOps);
}

function constantOfFixedShape(same: readonly Op[], samples: Samples, sizeOps: SizeOps): Value | undefined {
  const [op] = same as [Op];
  const [shape, dtype] = [op.shapes[0] as readonly number[], op.dtypes[0] as number];
  const values = valuesOf(same);
  const [own] = values as [number[]];
  if (values.every((each) => each.every((value, i) => Object.is(value, own[i])))) return undefined;
  const entries = own.map((_, i) => {
    const all = values.map((each) => each[i] as number);
    return sizeOf(all, samples);
  });
  if (shape.length > 1 || !entries.every((entry) => entry !== undefined)) {
    throw refusal(op, "a constant's values", samples);
  }
  return sizeOps.cast(shape.length === 0 ? sizeOps.number(entries[0] as Size) : sizeOps.list(entries), shape, dtype);
}

function constantOfAnyShape(same: readonly Op[], shape: readonly Size[], samples: Samples, sizeOps: SizeOps): Value {
  const [op] = same as [Op];
  const dtype = op.dtypes[0] as number;
  const values = valuesOf(same);
  const [start = 0, second = 0] = values[0] as number[];
  if (values.every((each) => each.every((value) => Object.is(value, start)))) {
    return sizeOps.fill(shape, dtype, start);
  }
  const step = second - start;
  const isRange = values.every((each) => each.every((value, i) => value === start + i * step));
  if (shape.length !== 1 || !isRange || ![start, step].every(Number.isInteger)) {
    throw refusal(op, "a constant's values", samples);
  }
  return sizeOps.cast(sizeOps.range(start, step, shape[0] as Size), [-1], dtype);
}

const valuesOf = (same: readonly Op[]): number[][] => same.map(({ values }) => Array.from(values as ArrayLike<number>));
