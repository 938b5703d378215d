import type { NumericArray, NumericData } from "../../array";
import { DataError } from "../../errors";
import { bytesOf as bytesOfValue, decode } from "../safetensors/dtypes";
import { checkReadable, dtypeName } from "./dtypes";
import { type Field, fieldsOf, messagesOf, numberOf } from "./message";
import { placeSlice, type Slice } from "./slices";

/** A tensor of a checkpoint, whose values are read when they are asked for. */
export interface StoredTensor {
  /** TensorFlow's number of its type. */
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly read: () => Promise<NumericArray>;
}

/** What a checkpoint holds, by name. */
export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly close: () => Promise<void>;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Values from their bytes, little-endian. @throws DataError for another type, or another number of bytes */
export function arrayOf(
  bytes: Uint8Array,
  { dtype, shape }: Pick<StoredTensor, "dtype" | "shape">,
  file: string,
  field: string,
): NumericArray {
  const kind = checkReadable(dtype, file, field);
  const expected = sizeOf(shape) * bytesOfValue(kind);
  if (bytes.length === expected) return { data: decode(bytes, kind, file, field), shape: [...shape] };
  const what = `${expected} bytes for ${dtypeName(dtype)} of shape [${shape.join(", ")}]`;
  throw new DataError(file, field, what, `${bytes.length}`);
}

/** A TensorSliceProto: the range of each axis. */
export function sliceOf(bytes: Uint8Array, file: string, field: string): Slice {
  return messagesOf(fieldsOf(bytes, file, field), 1).map((extent) => {
    const fields: readonly Field[] = fieldsOf(extent, file, field);
    const hasLength = fields.some(({ tag }) => tag === 2);
    return { start: numberOf(fields, 1), length: hasLength ? numberOf(fields, 2) : undefined };
  });
}

/**
 * Joins the pieces of a partitioned variable.
 *
 * @throws DataError when they do not fill it: a piece that reaches beyond, two at one place, or too few values
 */
export async function joined(
  whole: Pick<StoredTensor, "dtype" | "shape">,
  slices: readonly Slice[],
  read: (slice: Slice, shape: readonly number[]) => Promise<NumericArray>,
  file: string,
  field: string,
): Promise<NumericArray> {
  const { shape } = whole;
  const pieces = slices.map((slice) => ({
    slice,
    starts: shape.map((_, axis) => slice[axis]?.start ?? 0),
    sizes: shape.map((size, axis) => slice[axis]?.length ?? size),
  }));
  for (const { slice, starts, sizes } of pieces) {
    const fits = shape.every((size, axis) => (starts[axis] as number) + (sizes[axis] as number) <= size);
    if (fits && slice.length <= shape.length) continue;
    const actual = `sizes [${sizes.join(", ")}] from [${starts.join(", ")}]`;
    throw new DataError(file, field, `a piece of shape [${shape.join(", ")}]`, actual);
  }
  const count = pieces.reduce((total, { sizes }) => total + sizeOf(sizes), 0);
  const meet = pieces.some((one, i) => pieces.slice(i + 1).some((other) => overlap(one, other)));
  if (count !== sizeOf(shape) || meet || pieces.length === 0) {
    const actual = meet ? "two pieces with the same values" : `${count}`;
    throw new DataError(file, field, `pieces with ${sizeOf(shape)} values together`, actual);
  }
  let data: NumericData | undefined;
  for (const { slice, starts, sizes } of pieces) {
    const piece = await read(slice, sizes);
    data ??= new (piece.data.constructor as new (length: number) => NumericData)(sizeOf(shape));
    placeSlice({ data, shape }, piece, starts);
  }
  return { data: data as NumericData, shape: [...shape] };
}

interface Place {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
}

/** Whether two pieces have a value in common. */
const overlap = (a: Place, b: Place): boolean =>
  a.starts.every((start, axis) => {
    const other = b.starts[axis] as number;
    return start < other + (b.sizes[axis] as number) && other < start + (a.sizes[axis] as number);
  });
