import { attributeOf } from "../../ir/ops";
import { count } from "../../ir/shapes";
import { Unsupported } from "../builder";
import { from, type Place } from "../instructions";
import { areSideBySide, stridesOf } from "../strides";
import type { Given, Write } from "./given";

/** The outputs are the first input under another shape, or name. */
const alias: Write = (given) => [given.place(0)];

/** Elements of a place: the place itself where they lie side by side there, else a copy. */
function elements({ builder }: Given, sizes: readonly number[], x: Place, strides: readonly number[]): Place {
  if (areSideBySide(sizes, strides)) return x;
  const y = builder.buffer(count(sizes));
  builder.copy(sizes, y, stridesOf(sizes), x, strides);
  return y;
}

/** Parts of the first input, one for each output, which follow each other along an axis. */
function parts(given: Given, axis: number, lengths: readonly number[]): Place[] {
  const shape = given.shape(0);
  const strides = stridesOf(shape);
  let begin = 0;
  return lengths.map((length) => {
    const sizes = shape.map((size, i) => (i === axis ? length : size));
    const part = from(given.place(0), begin * (strides[axis] as number));
    begin += length;
    return elements(given, sizes, part, strides);
  });
}

const splitV: Write = (given) => parts(given, axisOf(given, given.constant(2)[0]), given.constant(1));

const unpack: Write = (given) => {
  const axis = axisOf(given, attributeOf(given.op, "axis"));
  return parts(given, axis, new Array<number>(given.shape(0)[axis] as number).fill(1));
};

const slice: Write = (given) => {
  const strides = stridesOf(given.shape(0));
  const begin = given.constant(1).reduce((sum, start, axis) => sum + start * (strides[axis] as number), 0);
  return [elements(given, given.op.shapes[0] as readonly number[], from(given.place(0), begin), strides)];
};

const transpose: Write = (given) => {
  const strides = stridesOf(given.shape(0));
  const moved = given.constant(1).map((axis) => strides[axis] as number);
  return [elements(given, given.op.shapes[0] as readonly number[], given.place(0), moved)];
};

const reverse: Write = (given) => {
  const [shape, strides] = [given.shape(0), stridesOf(given.shape(0))];
  let x = given.place(0);
  for (const asked of given.constant(1)) {
    const axis = axisOf(given, asked);
    const stride = strides[axis] as number;
    x = from(x, ((shape[axis] as number) - 1) * stride);
    strides[axis] = -stride;
  }
  return [elements(given, shape, x, strides)];
};

/** Copies inputs into parts of one value, which follow each other along an axis. */
function join(given: Given, inputs: number, axis: number, isNewAxis: boolean): Place[] {
  const shape = given.op.shapes[0] as readonly number[];
  const strides = stridesOf(shape);
  const y = given.builder.buffer(count(shape));
  const toStrides = isNewAxis ? strides.filter((_, i) => i !== axis) : strides;
  let begin = 0;
  for (let i = 0; i < inputs; i++) {
    const sizes = given.shape(i);
    const to = from(y, begin * (strides[axis] as number));
    begin += isNewAxis ? 1 : (sizes[axis] as number);
    given.builder.copy(sizes, to, toStrides, given.place(i), stridesOf(sizes));
  }
  return [y];
}

const concat: Write = (given) => {
  const last = given.op.inputs.length - 1;
  return join(given, last, axisOf(given, given.constant(last)[0]), false);
};

const pack: Write = (given) => {
  const rank = given.shape(0).length + 1;
  return join(given, given.op.inputs.length, axisOf(given, attributeOf(given.op, "axis"), rank), true);
};

/** A number around a value: 0 for `Pad`. */
const pad: Write = (given) => {
  const shape = given.op.shapes[0] as readonly number[];
  const strides = stridesOf(shape);
  const y = given.builder.buffer(count(shape));
  const before = given.constant(1).filter((_, i) => i % 2 === 0);
  const begin = before.reduce((sum, size, axis) => sum + size * (strides[axis] as number), 0);
  fill(given, y, given.op.inputs.length > 2 ? given.place(2) : given.builder.constant([0], given.dtype(0)));
  given.builder.copy(given.shape(0), from(y, begin), strides, given.place(0), stridesOf(given.shape(0)));
  return [y];
};

/** One element, many times. */
function fill({ builder, op }: Given, y: Place, element: Place): Place[] {
  const words = count(op.shapes[0] as readonly number[]);
  builder.copy([words], y, [1], element, [0]);
  return [y];
}

const filled: Write = (given) => fill(given, given.builder.buffer(count(given.op.shapes[0] ?? [])), given.place(1));

/** @throws Unsupported where the axis is not a number */
function axisOf(given: Given, asked: unknown, rank = given.shape(0).length): number {
  if (typeof asked !== "number") throw new Unsupported(`${given.op.name} without an axis`);
  return asked < 0 ? asked + rank : asked;
}

export const MOVEMENT: Readonly<Record<string, Write>> = {
  Identity: alias,
  Reshape: alias,
  ExpandDims: alias,
  Squeeze: alias,
  PlaceholderWithDefault: alias,
  SplitV: splitV,
  Unpack: unpack,
  Slice: slice,
  Transpose: transpose,
  ReverseV2: reverse,
  ConcatV2: concat,
  Pack: pack,
  Pad: pad,
  PadV2: pad,
  Fill: filled,
};
