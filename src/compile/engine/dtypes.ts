import { CompileError } from "../errors";

/** What is known of a dtype. */
interface Dtype {
  /** TensorFlow's number, as in `DT_FLOAT = 1`. */
  readonly number: number;
  /** TensorFlow's name. */
  readonly protoName: string;
  /** The array that holds values in JavaScript; undefined for dtypes whose values never stand in a graph. */
  readonly array?: Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor;
}

/** The dtypes that occur in our graphs, by TensorFlow.js's names. This is the only table of dtypes. */
export const DTYPES = {
  float32: { number: 1, protoName: "DT_FLOAT", array: Float32Array },
  int32: { number: 3, protoName: "DT_INT32", array: Int32Array },
  uint8: { number: 4, protoName: "DT_UINT8", array: Uint8Array },
  string: { number: 7, protoName: "DT_STRING" },
  int64: { number: 9, protoName: "DT_INT64" },
  bool: { number: 10, protoName: "DT_BOOL", array: Uint8Array },
  /** A handle, such as a variable's. */
  resource: { number: 20, protoName: "DT_RESOURCE" },
} as const satisfies Readonly<Record<string, Dtype>>;

export type DtypeName = keyof typeof DTYPES;

export const FLOAT32: number = DTYPES.float32.number;
export const INT32: number = DTYPES.int32.number;
export const BOOL: number = DTYPES.bool.number;
export const RESOURCE: number = DTYPES.resource.number;

const ENTRIES = Object.entries(DTYPES) as [DtypeName, Dtype][];
const entryOf = (dtype: number) => ENTRIES.find(([, { number }]) => number === dtype);

/** TensorFlow.js's name of a dtype, of TensorFlow's number; undefined for one that is not in the table. */
export const dtypeName = (dtype: number): DtypeName | undefined => entryOf(dtype)?.[0];

/** TensorFlow's name of a dtype, of its number; undefined for one that is not in the table. */
export const protoNameOf = (dtype: number): string | undefined => entryOf(dtype)?.[1].protoName;

/** The class of the arrays that hold a dtype's values in JavaScript; undefined where there is none. */
export const arrayOf = (dtype: number): Dtype["array"] => (entryOf(dtype)?.[1] as Dtype | undefined)?.array;

/**
 * Values in the array of their dtype.
 *
 * @throws CompileError for a dtype whose values cannot stand in a graph
 */
export function typedArray(dtype: number, values: ArrayLike<number>): Float32Array | Int32Array | Uint8Array {
  const [name = `dtype ${dtype}`, { array } = {}] = (entryOf(dtype) ?? []) as [string?, Partial<Dtype>?];
  if (array === undefined) throw new CompileError(`compile: a graph cannot hold values of ${name}`);
  return array.from(values);
}
