import type { Values } from "./addon";

/** The array that holds values of a dtype in JavaScript, by TensorFlow's number of the dtype. */
const ARRAYS = {
  1: Float32Array,
  2: Float64Array,
  3: Int32Array,
  4: Uint8Array,
  5: Int16Array,
  6: Int8Array,
  9: BigInt64Array,
  10: Uint8Array,
  17: Uint16Array,
  22: Uint32Array,
  23: BigUint64Array,
} as const;

/** TensorFlow's number of strings. */
export const STRING = 7;

export interface ValuesConstructor {
  new (buffer: ArrayBuffer): Values;
  readonly name: string;
}

/** The array's class; undefined for a dtype that has none: strings, handles, complex numbers. */
export const arrayOf = (dtype: number): ValuesConstructor | undefined => ARRAYS[dtype as keyof typeof ARRAYS];
