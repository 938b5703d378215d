import { FLOAT32, INT32 } from "../../engine/dtypes";
import { attributeOf } from "../../ir/ops";
import { count } from "../../ir/shapes";
import { Unsupported } from "../builder";
import { CODES, floatBits, REDUCE } from "../instructions";
import type { Given, Write } from "./given";

const softmax: Write = (given) => {
  given.needFloats(0);
  const n = given.shape(0).at(-1) ?? 1;
  const y = given.builder.buffer(given.count(0));
  given.builder.add(CODES.SOFTMAX, given.count(0) / n, n, given.place(0), y);
  return [y];
};

/** The sizes before, along and after neighbouring axes. @throws Unsupported where the axes are no neighbours */
function around(given: Given, axes: readonly number[]): [outer: number, n: number, inner: number] {
  const shape = given.shape(0);
  const sorted = axes.map((axis) => (axis < 0 ? axis + shape.length : axis)).sort((a, b) => a - b);
  const [first = 0] = sorted;
  if (sorted.some((axis, i) => axis !== first + i)) throw new Unsupported(`${given.op.name} over axes [${axes}]`);
  const end = first + sorted.length;
  return [count(shape.slice(0, first)), count(shape.slice(first, end)), count(shape.slice(end))];
}

const reduce: Write = (given) => {
  given.needFloats(0);
  const [outer, n, inner] = around(given, given.constant(1));
  const y = given.builder.buffer(outer * inner);
  given.builder.add(CODES.REDUCE, REDUCE[given.op.name] as number, outer, n, inner, given.place(0), y);
  return [y];
};

const argMax: Write = (given) => {
  given.needFloats(0);
  const [outer, n, inner] = around(given, given.constant(1));
  const y = given.builder.buffer(outer * inner);
  given.builder.add(CODES.ARGMAX, outer, n, inner, given.place(0), y);
  return [y];
};

/** Rows of a table. */
const gather: Write = (given) => {
  const [axis] = given.constant(2);
  const [rows = 0] = given.shape(0);
  const isOfRows = axis === 0 && Number(attributeOf(given.op, "batch_dims") ?? 0) === 0;
  if (!isOfRows || given.dtype(1) !== INT32) throw new Unsupported(`GatherV2 along axis ${axis}`);
  const [width, looked] = [given.count(0) / rows, given.count(1)];
  const y = given.builder.buffer(looked * width);
  given.builder.add(CODES.GATHER, looked, width, rows, given.place(0), given.place(1), y);
  return [y];
};

const oneHot: Write = (given) => {
  const { op } = given;
  if (given.dtype(0) !== INT32 || attributeOf(op, "axis") !== -1) throw new Unsupported("OneHot along an axis");
  const bits = (input: number) => {
    const [value = 0] = given.constant(input);
    return op.dtypes[0] === FLOAT32 ? floatBits(value) : value;
  };
  const [depth = 0] = given.constant(1);
  const y = given.builder.buffer(given.count(0) * depth);
  given.builder.add(CODES.ONE_HOT, given.count(0), depth, bits(2), bits(3), given.place(0), y);
  return [y];
};

const cast: Write = (given) => {
  const [to] = given.op.dtypes as [number];
  const of = given.dtype(0);
  if (of === to) return [given.place(0)];
  const y = given.builder.buffer(given.count(0));
  given.builder.add(to === FLOAT32 ? CODES.TO_FLOAT : CODES.TO_INT, given.count(0), given.place(0), y);
  return [y];
};

export const ROWS: Readonly<Record<string, Write>> = {
  Softmax: softmax,
  ...Object.fromEntries(Object.keys(REDUCE).map((name) => [name, reduce])),
  ArgMax: argMax,
  GatherV2: gather,
  OneHot: oneHot,
  Cast: cast,
};
