import { type NumericArray, Random, takeRows } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import type * as tf from "../../tf";
import { describe } from "../checks";
import { type ArrayExamples, batchParts, type Source } from "./source";

/** Where an argument was given, for messages. */
export interface Place {
  readonly where: string;
  readonly argument: string;
}

/** A source of arrays with a shape. The order is that of `batches` in unroll/data, for the same seed and epoch. */
export function arraySource(place: Place, data: ArrayExamples & { readonly y?: NumericArray }): Source {
  const { x, y, lengths } = data;
  checkArray(place, "x", x);
  const rows = x.shape[0] as number;
  if (rows === 0) throw new ArgumentError(place.where, `${place.argument}.x`, "at least one row", "none");
  if (y !== undefined) checkArray(place, "y", y, rows);
  if (lengths !== undefined) {
    checkArray(place, "lengths", lengths, rows);
    checkLengths(place, lengths, x.shape[1] as number);
  }
  return {
    rows,
    parts: batchParts(y, lengths),
    isPadded: lengths?.data.some((length) => length < (x.shape[1] as number)) ?? false,
    yAt: (taken, i) => `${place.argument}.y[${taken[i]}]`,
    plan: (batchSize, shuffle) => {
      const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).permutation(rows) : inOrder(rows);
      return cut(order, batchSize);
    },
    all: () => ({
      x: toTensor(x),
      ...(y && { y: toTensor(y) }),
      ...(lengths && { lengths: toTensor(lengths) as tf.Tensor1D }),
    }),
    take: (taken) => ({
      x: toTensor(takeRows(x, taken)),
      ...(y && { y: toTensor(takeRows(y, taken)) }),
      ...(lengths && { lengths: toTensor(takeRows(lengths, taken)) as tf.Tensor1D }),
    }),
  };
}

/** The numbers 0 to `count` − 1. */
export const inOrder = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Pieces of that size, the last one maybe shorter. */
export function cut(order: Int32Array, size: number): Int32Array[] {
  const pieces = Math.ceil(order.length / size);
  return Array.from({ length: pieces }, (_, i) => order.subarray(i * size, (i + 1) * size));
}

/** Refuses what is no array with a shape, or has another number of rows. @throws ArgumentError */
export function checkArray({ where, argument }: Place, part: string, array: NumericArray, rows?: number): void {
  const { data, shape } = array ?? {};
  if (!isNumbers(data) || !Array.isArray(shape) || shape.length === 0) {
    const expected = "{ data, shape }, a typed array (float32, int32 or uint8) and its shape";
    throw new ArgumentError(where, `${argument}.${part}`, `${expected}${wayTo(part, array)}`, describe(array));
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size) {
    throw new ArgumentError(where, `${argument}.${part}`, `${size} values for shape [${shape}]`, `${data.length}`);
  }
  if (rows !== undefined && shape[0] !== rows) {
    throw new ArgumentError(where, `${argument}.${part}`, `${rows} rows, as x has`, `${shape[0]}`);
  }
}

const isNumbers = (data: unknown): data is NumericArray["data"] =>
  data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;

/** How what is no array with a shape becomes one. */
function wayTo(part: string, given: unknown): string {
  const { data, shape } = (given ?? {}) as { data?: unknown; shape?: unknown };
  const from = (what: string) =>
    part === "y" ? `Int32Array.from(${what}) or Float32Array…` : `Float32Array.from(${what})`;
  const made = (numbers: string, by: string) => `: numericArray(${numbers}, ${by}) of unroll/data`;
  if (typeof data === "function") return made("await it.data()", "it.shape");
  if (Array.isArray(shape)) return made(from("it.data"), "it.shape");
  if (Array.isArray(given)) return made(from("it.flat(Infinity)"), "shape");
  if (isNumbers(given)) return made("it", "[rows]");
  return ArrayBuffer.isView(given) ? made(from("it"), "[rows]") : "";
}

/** Compiled, nobody can look at them later. */
function checkLengths({ where, argument }: Place, { data, shape }: NumericArray, nSteps: number): void {
  if (!(data instanceof Int32Array) || shape.length !== 1) {
    throw new ArgumentError(where, `${argument}.lengths`, "int32 [rows]", `${data.constructor.name} [${shape}]`);
  }
  const wrong = data.findIndex((length) => length < 0 || length > nSteps);
  if (wrong < 0) return;
  throw new ArgumentError(where, `${argument}.lengths[${wrong}]`, `0 to ${nSteps} time steps`, `${data[wrong]}`);
}
