import { endianness } from "node:os";
import { allocate } from "../../allocate";
import type { NumericData } from "../../array";
import { DataError } from "../../errors";
import { float8E4M3, float8E5M2, float8E8M0, half, upperHalf } from "./small-floats";

/** The dtypes of safetensors files that can be read. */
export type SafetensorsDtype =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "F8_E4M3"
  | "F8_E5M2"
  | "F8_E8M0"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U64"
  | "U32"
  | "U16"
  | "U8"
  | "BOOL";

interface Kind {
  /** Bytes of one value in the file. */
  readonly bytes: number;
  readonly Data: Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor;
  /** Absent where the bytes in the file are those of the array. */
  readonly value?: (view: DataView, at: number) => number;
  /** Whether the value can be stored, for dtypes of which not every value can. */
  readonly fits?: (value: number) => boolean;
  readonly expected?: string;
}

const float = (bytes: number, value: Kind["value"]): Kind => ({ bytes, Data: Float32Array, value });
const whole = (bytes: number, value: Kind["value"]): Kind => ({ bytes, Data: Int32Array, value });
const wide = (bytes: number, value: Kind["value"]): Kind => ({
  ...whole(bytes, value),
  fits: (number) => number === (number | 0),
  expected: "a whole number in the range of int32",
});

const KINDS: Readonly<Record<SafetensorsDtype, Kind>> = {
  F64: {
    ...float(8, (view, at) => view.getFloat64(at, true)),
    fits: (value) => !Number.isFinite(value) || Number.isFinite(Math.fround(value)),
    expected: "a number in the range of float32",
  },
  F32: { bytes: 4, Data: Float32Array },
  F16: float(2, (view, at) => half(view.getUint16(at, true))),
  BF16: float(2, (view, at) => upperHalf(view.getUint16(at, true))),
  F8_E4M3: float(1, (view, at) => float8E4M3(view.getUint8(at))),
  F8_E5M2: float(1, (view, at) => float8E5M2(view.getUint8(at))),
  F8_E8M0: float(1, (view, at) => float8E8M0(view.getUint8(at))),
  I64: wide(8, (view, at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)),
  I32: { bytes: 4, Data: Int32Array },
  I16: whole(2, (view, at) => view.getInt16(at, true)),
  I8: whole(1, (view, at) => view.getInt8(at)),
  U64: wide(8, (view, at) => view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)),
  U32: wide(4, (view, at) => view.getUint32(at, true)),
  U16: whole(2, (view, at) => view.getUint16(at, true)),
  U8: { bytes: 1, Data: Uint8Array },
  BOOL: {
    bytes: 1,
    Data: Uint8Array,
    value: (view, at) => view.getUint8(at),
    fits: (value) => value <= 1,
    expected: "0 or 1",
  },
};

export const DTYPES = Object.keys(KINDS) as readonly SafetensorsDtype[];

/** Whether arrays of this dtype can be read. */
export const isReadable = (dtype: unknown): dtype is SafetensorsDtype => DTYPES.includes(dtype as SafetensorsDtype);

/** Bytes of one value in the file. */
export const bytesOf = (dtype: SafetensorsDtype): number => KINDS[dtype].bytes;

/** Whether the bytes in the file are those of the array on this machine, so that they need no decoding. */
export const isPlain = (dtype: SafetensorsDtype): boolean =>
  KINDS[dtype].value === undefined && (KINDS[dtype].bytes === 1 || endianness() === "LE");

/** Memory for values of a dtype. @throws DataError when there is not so much */
export const emptyOf = (dtype: SafetensorsDtype, length: number, file: string, field: string): NumericData =>
  allocate<NumericData>(file, field, KINDS[dtype].Data, length);

/** Reads all values into memory of their own. @throws DataError naming the first value that cannot be stored */
export function decode(bytes: Uint8Array, dtype: SafetensorsDtype, file: string, field: string): NumericData {
  const data = emptyOf(dtype, bytes.byteLength / KINDS[dtype].bytes, file, field);
  decodeInto(data, 0, bytes, dtype, file, field);
  return data;
}

/** As `decode`, into a part of an array that begins at index `first`. @throws as `decode` */
export function decodeInto(
  data: NumericData,
  first: number,
  bytes: Uint8Array,
  dtype: SafetensorsDtype,
  file: string,
  field: string,
): void {
  const { bytes: step, value = plainValue(dtype), fits, expected = "" } = KINDS[dtype];
  if (isPlain(dtype)) return void bytesIn(data).set(bytes, first * step);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength / step;
  for (let i = 0; i < count; i++) {
    const number = value(view, i * step);
    if (fits !== undefined && !fits(number)) {
      throw new DataError(file, `${field} value ${first + i}`, expected, `${number}`);
    }
    data[first + i] = number;
  }
}

/** An array's memory as bytes. */
export const bytesIn = ({ buffer, byteOffset, byteLength }: NumericData): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** How a machine with the other order of bytes reads what is plain on this one. */
const plainValue =
  (dtype: SafetensorsDtype): NonNullable<Kind["value"]> =>
  (view, at) =>
    dtype === "F32" ? view.getFloat32(at, true) : dtype === "I32" ? view.getInt32(at, true) : view.getUint8(at);
