import { attributeOf } from "../../ir/ops";
import { opOf } from "../../ir/users";
import { BINARY, from, keyOf, type Place, UNARY } from "../instructions";
import type { Given, Write } from "./given";

const [ADD, SUB, MUL] = [BINARY.Add, BINARY.Sub, BINARY.Mul] as [number, number, number];
const [SIGMOID, TANH] = [UNARY.Sigmoid, UNARY.Tanh] as [number, number];

/** Which output of the fused cell is h. */
const OUTPUT = 3;

/**
 * `GRUBlockCell`: r, u = σ([x, h]·Wg + bg), c = tanh([x, r∘h]·Wc + bc), h' = c + u∘(h − c). The inputs' products are computed for
 * all time steps at once where the inputs are parts of one value.
 */
const cell: Write = (given) => {
  given.needOutputs(OUTPUT);
  const { builder } = given;
  const [rows, n] = given.shape(1) as [number, number];
  const inputSize = given.shape(0)[1] as number;
  const h = given.place(1);
  const gates = inputPart(given, { kernel: 2, bias: 4, width: 2 * n });
  builder.matmul(rows, n, 2 * n, h, from(given.place(2), inputSize * 2 * n), gates, gates);
  builder.unary(SIGMOID, rows * 2 * n, gates, gates);
  const reset = builder.binary(MUL, [rows, n], gates, h, [2 * n, n]);
  const candidate = inputPart(given, { kernel: 3, bias: 5, width: n });
  builder.matmul(rows, n, n, reset, from(given.place(3), inputSize * n), candidate, candidate);
  builder.unary(TANH, rows * n, candidate, candidate);
  const change = builder.binary(SUB, [rows, n], h, candidate);
  const kept = builder.binary(MUL, [rows, n], from(gates, n), change, [2 * n, n]);
  const next = builder.binary(ADD, [rows, n], candidate, kept);
  return given.op.shapes.map(() => next);
};

interface Part {
  readonly kernel: number;
  readonly bias: number;
  readonly width: number;
}

/** x·W + b. A buffer of the cell's own, which the cell may write over. */
function inputPart(given: Given, { kernel, bias, width }: Part): Place {
  const { builder } = given;
  const [rows, inputSize] = given.shape(0) as [number, number];
  const [w, b] = [given.place(kernel), given.place(bias)];
  const product = (count: number, x: Place) => {
    const y = builder.buffer(count * width);
    builder.matmul(count, inputSize, width, x, w, b, y);
    return y;
  };
  const x = given.value(0);
  const source = opOf(x);
  if (!("op" in x) || source?.name !== "Unpack" || attributeOf(source, "axis") !== 0)
    return product(rows, given.place(0));
  const whole = from(given.place(0), -x.output * rows * inputSize);
  const key = `steps ${[whole, w, b].map(keyOf)}`;
  if (!builder.isFirst(`${key} ${x.output}`)) return product(rows, given.place(0));
  const all = builder.known(key, () => product(source.shapes.length * rows, whole));
  return from(all, x.output * rows * width);
}

export const GRU: Readonly<Record<string, Write>> = { GRUBlockCell: cell };
