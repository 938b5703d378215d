import { attributeOf } from "../../ir/ops";
import { opOf } from "../../ir/users";
import { Unsupported } from "../builder";
import { BINARY, CODES, floatBits, from, keyOf, NONE, type Place } from "../instructions";
import type { Given, Write } from "./given";

/** Which outputs of the fused cells are c and h. */
const [MEMORY, OUTPUT] = [1, 6];

/** The inputs of a fused cell, by number. */
interface Inputs {
  readonly x: number;
  readonly c: number;
  readonly h: number;
  readonly kernel: number;
  /** The first of the peepholes i, f, o. */
  readonly peepholes: number;
  readonly bias: number;
}

/** So many rows' gates are computed from the inputs at once: more would push the kernel out of the second-level cache. */
const CHUNK_ROWS = 16;

/** `LSTMBlockCell` and `BlockLSTM`: the inputs' product for a chunk of time steps, then step by step the state's. */
function lstm(given: Given, at: Inputs, nSteps: number): Place[] {
  const { op, builder } = given;
  given.needOutputs(MEMORY, OUTPUT);
  const [rows, n] = given.shape(at.c) as [number, number];
  const inputSize = given.shape(at.x).at(-1) as number;
  const kernel = given.place(at.kernel);
  const bias = forgetting(given, at.bias, n);
  const peepholes = attributeOf(op, "use_peephole") === true ? joined(given, at.peepholes, n) : NONE;
  const clip = Number(attributeOf(op, "cell_clip") ?? -1);
  const chunk = Math.max(1, Math.floor(CHUNK_ROWS / rows));
  const gates = builder.buffer(Math.min(chunk, nSteps) * rows * 4 * n);
  const keepsAll = given.isUsed(MEMORY);
  const memories = builder.buffer((keepsAll ? nSteps : 1) * rows * n);
  const outputs = builder.buffer(nSteps * rows * n);
  let [c, h] = [given.place(at.c), given.place(at.h)];
  for (let t = 0; t < nSteps; t++) {
    if (t % chunk === 0) {
      const count = Math.min(chunk, nSteps - t) * rows;
      builder.matmul(count, inputSize, 4 * n, from(given.place(at.x), t * rows * inputSize), kernel, bias, gates);
    }
    const sums = from(gates, (t % chunk) * rows * 4 * n);
    builder.stateMatmul(t, rows, n, 4 * n, h, from(kernel, inputSize * 4 * n), sums);
    const [nextC, nextH] = [from(memories, keepsAll ? t * rows * n : 0), from(outputs, t * rows * n)];
    builder.add(CODES.LSTM, rows, n, sums, c, peepholes, floatBits(Math.max(clip, 0)), nextC, nextH);
    [c, h] = [nextC, nextH];
  }
  return op.shapes.map((_, output) => (output === MEMORY ? memories : outputs));
}

/** The bias, with the forget bias added to f's part. */
function forgetting(given: Given, input: number, n: number): Place {
  const { op, builder } = given;
  const bias = given.place(input);
  const more = Number(attributeOf(op, "forget_bias") ?? 1);
  const build = () => {
    const y = builder.buffer(4 * n);
    builder.copy([4 * n], y, [1], bias, [1]);
    const f = from(y, 2 * n);
    const one = builder.constant([more], op.dtypes[0] as number);
    builder.add(CODES.BINARY, BINARY.Add as number, f, f, one, 1, 1, n, 0, 0, 1, 0, 0, 0);
    return y;
  };
  return builder.known(`forget ${more} ${keyOf(bias)}`, () => builder.dependingOn([bias], build));
}

/** The peepholes i, f, o, one after the other. */
function joined(given: Given, first: number, n: number): Place {
  const places = [0, 1, 2].map((i) => given.place(first + i));
  const { builder } = given;
  const build = () => {
    const y = builder.buffer(3 * n);
    places.forEach((place, i) => {
      builder.copy([n], from(y, i * n), [1], place, [1]);
    });
    return y;
  };
  return builder.known(`peepholes ${places.map(keyOf)}`, () => builder.dependingOn(places, build));
}

const blockCell: Write = (given) => lstm(given, { x: 0, c: 1, h: 2, kernel: 3, peepholes: 4, bias: 7 }, 1);

const block: Write = (given) => {
  const nSteps = given.shape(1)[0] as number;
  const [asked] = opOf(given.value(0))?.inputs.map((value) => opOf(value)?.values?.[0]) ?? [];
  if (asked !== nSteps) throw new Unsupported("BlockLSTM of a part of its time steps");
  return lstm(given, { x: 1, c: 2, h: 3, kernel: 4, peepholes: 5, bias: 8 }, nSteps);
};

export const LSTM: Readonly<Record<string, Write>> = { LSTMBlockCell: blockCell, BlockLSTM: block };
