import { attributeOf } from "../../ir/ops";
import { count } from "../../ir/shapes";
import { Unsupported } from "../builder";
import { from, NONE, type Place } from "../instructions";
import type { Given, Write } from "./given";

/** More matrices than that in a batch are not worth an instruction each. */
const MOST_PRODUCTS = 64;

const product =
  (transposes: readonly [string, string]): Write =>
  (given) => {
    given.needFloats(0, 1);
    const { op, builder } = given;
    const shape = op.shapes[0] as readonly number[];
    const [m, n] = shape.slice(-2) as [number, number];
    const products = count(shape.slice(0, -2));
    const ofBatch = (input: number) => count(given.shape(input).slice(0, -2));
    if (products > MOST_PRODUCTS || ofBatch(0) !== products || ofBatch(1) !== products) {
      throw new Unsupported(`${op.name} of [${given.shape(0)}] and [${given.shape(1)}]`);
    }
    const k = given.count(0) / (products * m);
    const a = straight(given, 0, attributeOf(op, transposes[0]) === true);
    const b = straight(given, 1, attributeOf(op, transposes[1]) === true);
    const c = builder.buffer(products * m * n);
    for (let i = 0; i < products; i++) {
      builder.matmul(m, k, n, from(a, i * m * k), from(b, i * k * n), NONE, i === 0 ? c : from(c, i * m * n));
    }
    return [c];
  };

/** Where a factor lies, after its matrices were transposed. */
function straight(given: Given, input: number, isTransposed: boolean): Place {
  const x = given.place(input);
  if (!isTransposed) return x;
  const [rows, columns] = given.shape(input).slice(-2) as [number, number];
  const products = given.count(input) / (rows * columns);
  const { builder } = given;
  return builder.dependingOn([x], () => {
    const y = builder.buffer(products * rows * columns);
    const size = rows * columns;
    builder.copy([products, columns, rows], y, [size, rows, 1], x, [size, 1, columns]);
    return y;
  });
}

export const PRODUCTS: Readonly<Record<string, Write>> = {
  MatMul: product(["transpose_a", "transpose_b"]),
  BatchMatMulV2: product(["adj_x", "adj_y"]),
};
