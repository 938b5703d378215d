import { describe } from "../arguments";
import { DataError } from "./errors";

/**
 * Refuses what is no array with a shape, such as a list, a typed array or a tensor, and says what to write instead.
 *
 * @throws DataError
 */
export function checkNumericArray(where: string, field: string, given: unknown): void {
  const { data, shape } = (given ?? {}) as { data?: unknown; shape?: unknown };
  if (isNumericData(data) && Array.isArray(shape)) return;
  const numbers = isNumericData(given) ? "it" : "Float32Array.from(list)";
  const isPair = data !== undefined && shape !== undefined && !ArrayBuffer.isView(data);
  const actual = isPair ? `{ data: ${describe(data)}, shape: ${describe(shape)} }` : describe(given);
  throw new DataError(where, field, `{ data, shape }, as numericArray(${numbers}, shape) makes it`, actual);
}

/** Refuses values that are no `NumericData`, and a shape that is no list. @throws DataError */
export function checkValuesAndShape(where: string, data: unknown, shape: unknown): void {
  if (!isNumericData(data)) {
    const make = ": Float32Array.from(list), or Int32Array.from(list) for class numbers and word indices";
    const hint = Array.isArray(data) ? make : "";
    throw new DataError(where, "data", `a Float32Array, Int32Array or Uint8Array${hint}`, describe(data));
  }
  if (!Array.isArray(shape))
    throw new DataError(where, "shape", "a list of sizes, such as [rows, columns]", describe(shape));
}

/** `instanceof` would refuse an array that another realm of Node made, such as a cell that runs in `node:vm`. */
const isNumericData = (data: unknown): boolean =>
  /^\[object (Float32|Int32|Uint8)Array\]$/.test(Object.prototype.toString.call(data));
