import { type NumericArray, Random, takeRows } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import type * as tf from "../../tf";
import { type ArgumentLocation, describe } from "../checks";
import { type ArrayExamples, batchParts, type Source } from "./source";

/** A source of arrays with a shape. Its order is that of `batches` in unroll/data, for the same seed and epoch. */
export function arraySource(
  location: ArgumentLocation,
  { x, y, lengths }: ArrayExamples & { readonly y?: NumericArray },
): Source {
  const { where, argument } = location;
  checkArray(location, "x", x);
  const count = x.shape[0] as number;
  if (count === 0) throw new ArgumentError(where, `${argument}.x`, "at least one example", "none");
  if (y !== undefined) checkArray(location, "y", y, count);
  if (lengths !== undefined) {
    checkArray(location, "lengths", lengths, count);
    checkLengths(location, lengths, x.shape[1] as number);
  }
  return {
    count,
    parts: batchParts(y, lengths),
    isPadded: lengths?.data.some((length) => length < (x.shape[1] as number)) ?? false,
    labelArgument: (indices, i) => `${argument}.y[${indices[i]}]`,
    plan: (batchSize, shuffle) => {
      const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).permutation(count) : naturalOrder(count);
      return inBatches(order, batchSize);
    },
    all: () => ({
      x: toTensor(x),
      ...(y && { y: toTensor(y) }),
      ...(lengths && { lengths: toTensor(lengths) as tf.Tensor1D }),
    }),
    take: (indices) => ({
      x: toTensor(takeRows(x, indices)),
      ...(y && { y: toTensor(takeRows(y, indices)) }),
      ...(lengths && { lengths: toTensor(takeRows(lengths, indices)) as tf.Tensor1D }),
    }),
  };
}

/** The indices 0 to `count` − 1. */
export const naturalOrder = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Cuts an order into batches; the last batch may be shorter. */
export function inBatches(order: Int32Array, batchSize: number): Int32Array[] {
  const batches = Math.ceil(order.length / batchSize);
  return Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
}

/** Refuses a value that is not an array with a shape, or has another number of examples. @throws ArgumentError */
export function checkArray(
  { where, argument }: ArgumentLocation,
  part: string,
  array: NumericArray,
  count?: number,
): void {
  const { data, shape } = array ?? {};
  if (!isNumbers(data) || !Array.isArray(shape) || shape.length === 0) {
    const expected = "{ data, shape }, a typed array (float32, int32 or uint8) and its shape";
    throw new ArgumentError(where, `${argument}.${part}`, `${expected}${conversionHint(part, array)}`, describe(array));
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size) {
    throw new ArgumentError(where, `${argument}.${part}`, `${size} values for shape [${shape}]`, `${data.length}`);
  }
  if (count !== undefined && shape[0] !== count) {
    throw new ArgumentError(where, `${argument}.${part}`, `${count} examples, as x has`, `${shape[0]}`);
  }
}

const isNumbers = (data: unknown): data is NumericArray["data"] =>
  data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;

/** Says how to make an array with a shape of the value that was given. */
function conversionHint(part: string, given: unknown): string {
  const { data, shape } = (given ?? {}) as { data?: unknown; shape?: unknown };
  const from = (values: string) =>
    part === "y" ? `Int32Array.from(${values}) or Float32Array…` : `Float32Array.from(${values})`;
  const hint = (numbers: string, by: string) => `: numericArray(${numbers}, ${by}) of unroll/data`;
  if (typeof data === "function") return hint("await it.data()", "it.shape");
  if (Array.isArray(shape)) return hint(from("it.data"), "it.shape");
  if (Array.isArray(given)) return hint(from("it.flat(Infinity)"), "shape");
  if (isNumbers(given)) return hint("it", "[examples]");
  return ArrayBuffer.isView(given) ? hint(from("it"), "[examples]") : "";
}

/** Checks the lengths before training, because a compiled step cannot look at them. @throws ArgumentError */
function checkLengths({ where, argument }: ArgumentLocation, { data, shape }: NumericArray, nSteps: number): void {
  if (!(data instanceof Int32Array) || shape.length !== 1) {
    throw new ArgumentError(where, `${argument}.lengths`, "int32 [examples]", `${data.constructor.name} [${shape}]`);
  }
  const wrong = data.findIndex((length) => length < 0 || length > nSteps);
  if (wrong < 0) return;
  throw new ArgumentError(where, `${argument}.lengths[${wrong}]`, `0 to ${nSteps} time steps`, `${data[wrong]}`);
}
