import type { NumericArray } from "../data";
import { ArgumentError } from "../rnn";
import { type ArgumentLocation, describe } from "./checks";

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
    part.startsWith("y") ? `Int32Array.from(${values}) or Float32Array…` : `Float32Array.from(${values})`;
  const hint = (numbers: string, by: string) => `: numericArray(${numbers}, ${by}) of unroll/data`;
  if (typeof data === "function") return hint("await it.data()", "it.shape");
  if (Array.isArray(shape)) return hint(from("it.data"), "it.shape");
  if (Array.isArray(given)) return hint(from("it.flat(Infinity)"), "shape");
  if (isNumbers(given)) return hint("it", "[examples]");
  return ArrayBuffer.isView(given) ? hint(from("it"), "[examples]") : "";
}

/**
 * Checks the lengths of an array before training, because a compiled step cannot look at them.
 *
 * @param part the lengths' path
 * @throws ArgumentError
 */
export function checkLengths(
  { where, argument }: ArgumentLocation,
  part: string,
  { data, shape }: NumericArray,
  nSteps: number,
): void {
  if (!(data instanceof Int32Array) || shape.length !== 1) {
    throw new ArgumentError(where, `${argument}.${part}`, "int32 [examples]", `${data.constructor.name} [${shape}]`);
  }
  const wrong = data.findIndex((length) => length < 0 || length > nSteps);
  if (wrong < 0) return;
  throw new ArgumentError(where, `${argument}.${part}[${wrong}]`, `0 to ${nSteps} time steps`, `${data[wrong]}`);
}
