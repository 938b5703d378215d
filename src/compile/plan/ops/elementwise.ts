import { count } from "../../ir/shapes";
import { Unsupported } from "../builder";
import { BINARY, CODES, UNARY } from "../instructions";
import { broadcastStrides, collapsed } from "../strides";
import type { Given, Write } from "./given";

const unary: Write = (given) => {
  given.needFloats(0);
  return [given.builder.unary(UNARY[given.op.name] as number, given.count(0), given.place(0))];
};

const binary: Write = (given) => {
  given.needFloats(0, 1);
  const { op, builder } = given;
  const shape = op.shapes[0] as readonly number[];
  const strides = [0, 1].map((input) => broadcastStrides(given.shape(input), shape));
  const made = collapsed(shape, strides, 3);
  if (made === undefined) throw new Unsupported(`${op.name} of rank ${shape.length}`);
  const y = builder.buffer(count(shape));
  const which = BINARY[op.name] as number;
  builder.add(CODES.BINARY, which, y, given.place(0), given.place(1), ...made.sizes, ...made.strides.flat());
  return [y];
};

/** Adds a row; where the sum before is a product that nothing else uses, the product begins with the row. */
const biasAdd: Write = (given) => {
  given.needFloats(0, 1);
  const { builder } = given;
  const x = given.value(0);
  const bias = given.place(1);
  const place = given.place(0);
  const last = builder.current.at(-1);
  const isOfProduct = last?.code === CODES.MATMUL && last.operands[6] === place && last.operands[5] === -1;
  if (isOfProduct && bias.buffer.isKept && "op" in x && usesOf(given) === 1) {
    builder.current.pop();
    builder.add(CODES.MATMUL, ...last.operands.slice(0, 5), bias, ...last.operands.slice(6));
    return [place];
  }
  const n = given.count(1);
  return [builder.binary(BINARY.Add as number, [given.count(0) / n, n], place, bias, [n, 0])];
};

const usesOf = (given: Given) => {
  const x = given.value(0);
  return "op" in x ? (given.users.get(x.op)?.length ?? 0) : 0;
};

const each = (names: Readonly<Record<string, number>>, write: Write): Record<string, Write> =>
  Object.fromEntries(Object.keys(names).map((name) => [name, write]));

export const ELEMENTWISE: Readonly<Record<string, Write>> = {
  ...each(UNARY, unary),
  ...each(BINARY, binary),
  BiasAdd: biasAdd,
};
