import type { NumericData } from "../array";
import { DataError } from "../errors";

/** The dtypes of safetensors files that can be read. */
export type SafetensorsDtype = "F64" | "F32" | "F16" | "BF16" | "I64" | "I32" | "U8" | "BOOL";

interface Kind {
  /** Bytes of one value in the file. */
  readonly bytes: number;
  readonly make: (length: number) => NumericData;
  readonly value: (view: DataView, at: number) => number;
  /** Whether the value can be stored, for dtypes of which not every value can. */
  readonly fits?: (value: number) => boolean;
  readonly expected?: string;
}

const float32 = (length: number) => new Float32Array(length);
const int32 = (length: number) => new Int32Array(length);
const uint8 = (length: number) => new Uint8Array(length);

const KINDS: Readonly<Record<SafetensorsDtype, Kind>> = {
  F64: {
    bytes: 8,
    make: float32,
    value: (view, at) => view.getFloat64(at, true),
    fits: (value) => !Number.isFinite(value) || Number.isFinite(Math.fround(value)),
    expected: "a number in the range of float32",
  },
  F32: { bytes: 4, make: float32, value: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, make: float32, value: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, make: float32, value: (view, at) => upperHalf(view.getUint16(at, true)) },
  I64: {
    bytes: 8,
    make: int32,
    value: (view, at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true),
    fits: (value) => value === (value | 0),
    expected: "a whole number in the range of int32",
  },
  I32: { bytes: 4, make: int32, value: (view, at) => view.getInt32(at, true) },
  U8: { bytes: 1, make: uint8, value: (view, at) => view.getUint8(at) },
  BOOL: {
    bytes: 1,
    make: uint8,
    value: (view, at) => view.getUint8(at),
    fits: (value) => value <= 1,
    expected: "0 or 1",
  },
};

export const DTYPES = Object.keys(KINDS) as readonly SafetensorsDtype[];

/** Bytes of one value in the file. */
export const bytesOf = (dtype: SafetensorsDtype): number => KINDS[dtype].bytes;

/** Reads all values into memory of their own. @throws DataError naming the first value that cannot be stored */
export function decode(bytes: Uint8Array, dtype: SafetensorsDtype, file: string, field: string): NumericData {
  const { bytes: step, make, value, fits, expected = "" } = KINDS[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = make(bytes.byteLength / step);
  for (let i = 0; i < data.length; i++) {
    const number = value(view, i * step);
    if (fits !== undefined && !fits(number)) throw new DataError(file, `${field} value ${i}`, expected, `${number}`);
    data[i] = number;
  }
  return data;
}

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const wordOf = new Uint32Array(1);
const floatOf = new Float32Array(wordOf.buffer);

/** bfloat16 is a float32 without its lower half. */
function upperHalf(bits: number): number {
  wordOf[0] = bits << 16;
  return floatOf[0] as number;
}
