import type { NumericData } from "../../array";
import { DataError } from "../../errors";
import { bytesIn, bytesOf, isPlain, type SafetensorsDtype } from "./dtypes";
import { toHalf, toUpperHalf } from "./small-floats";

/** The dtypes in which arrays can be written. */
export type WrittenDtype = "F64" | "F32" | "F16" | "BF16" | "I64" | "I32" | "U8" | "BOOL";

/** Writes a value. @returns false when the dtype does not have it */
type Put = (view: DataView, at: number, value: number) => boolean;

const bits = (view: DataView, at: number, value: number | undefined): boolean => {
  if (value !== undefined) view.setUint16(at, value, true);
  return value !== undefined;
};
const put =
  (write: (view: DataView, at: number, value: number) => void, fits: (value: number) => boolean = () => true): Put =>
  (view, at, value) => {
    write(view, at, value);
    return fits(value);
  };

const FLOATS: Partial<Record<SafetensorsDtype, Put>> = {
  F64: put((view, at, value) => view.setFloat64(at, value, true)),
  F32: put((view, at, value) => view.setFloat32(at, value, true)),
  F16: (view, at, value) => bits(view, at, toHalf(value)),
  BF16: (view, at, value) => bits(view, at, toUpperHalf(value)),
};
const INTEGERS: Partial<Record<SafetensorsDtype, Put>> = {
  I64: put((view, at, value) => view.setBigInt64(at, BigInt(value), true)),
  I32: put((view, at, value) => view.setInt32(at, value, true)),
  U8: put(
    (view, at, value) => view.setUint8(at, value),
    (value) => value >= 0 && value <= 255,
  ),
  BOOL: put(
    (view, at, value) => view.setUint8(at, value),
    (value) => value === 0 || value === 1,
  ),
};

const kindsOf = (data: NumericData) => (data instanceof Float32Array ? FLOATS : INTEGERS);

/** Refuses a dtype that an array of this type cannot have: no float becomes a whole number. @throws DataError */
export function checkWritten(name: string, data: NumericData, dtype: unknown): asserts dtype is WrittenDtype {
  const kinds = kindsOf(data);
  if (typeof dtype === "string" && Object.hasOwn(kinds, dtype)) return;
  const expected = `${Object.keys(kinds).join(", ")} for a ${data.constructor.name}`;
  throw new DataError("writeSafetensors", `dtype of ${name}`, expected, String(dtype));
}

const VALUES_AT_ONCE = 2 ** 18;

/**
 * An array's bytes in the file, part by part, so that a large one needs little memory: its own memory where the file has
 * the same bytes.
 *
 * @throws DataError naming the first value that the dtype does not have
 */
export function* encoded(name: string, data: NumericData, dtype: WrittenDtype): Generator<Uint8Array> {
  const isSame = isPlain(dtype) && bytesOf(dtype) === data.BYTES_PER_ELEMENT; // four bytes are of the same type then: F32 or I32
  if (isSame) {
    yield bytesIn(data);
    return;
  }
  const [write, step] = [kindsOf(data)[dtype] as Put, bytesOf(dtype)];
  for (let first = 0; first < data.length; first += VALUES_AT_ONCE) {
    const part = data.subarray(first, first + VALUES_AT_ONCE);
    const bytes = new Uint8Array(part.length * step);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < part.length; i++) {
      if (write(view, i * step, part[i] as number)) continue;
      throw new DataError("writeSafetensors", `${name} value ${first + i}`, `a value that ${dtype} has`, `${part[i]}`);
    }
    yield bytes;
  }
}
