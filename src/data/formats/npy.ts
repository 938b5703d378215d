import { joined } from "../allocate";
import { emptyLike, type NumericArray, type NumericData, numericArray } from "../array";
import { checkNumericArray } from "../check-numeric-array";
import { DataError } from "../errors";
import { openFile } from "../files/random-access";
import { saveFile } from "../files/save-file";
import { MOST_HEADER_BYTES, type NpyHeader, npyHead, readNpyHeader } from "./npy-header";
import { bytesOf, decode } from "./safetensors/dtypes";
import { littleEndian } from "./safetensors/layout";
import { readValues } from "./safetensors/read-values";

/**
 * Reads an array of NumPy's `.npy` format, versions 1.0 to 3.0, into memory of its own.
 *
 *   float32, int32, uint8   as they are      float16 → float32, exactly   float64 → float32, rounded to the nearest
 *   int8, int16, uint16 → int32   int64, uint32, uint64 → int32, when it is in range   bool → uint8, 0 or 1
 *
 * Either order of bytes can be read, and either order of axes: an array in Fortran's order becomes row-major.
 *
 * @example
 *   const array = readNpy(writeNpy(numericArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2])));
 *   const matrix = withRank(array, 2); // its tensor is a tf.Tensor2D
 *
 * @param name the name of the bytes in errors
 * @throws DataError naming the file, the part, what was expected and what was found: another dtype (objects, which are
 *   Python programs, structures, texts, complex numbers), more or fewer values than the shape has, a value out of range
 */
export function readNpy(bytes: Uint8Array, name = "npy"): NumericArray {
  const header = readNpyHeader(bytes, name);
  const values = bytes.subarray(header.begin);
  checkSize(header, values.length, name);
  const { dtype, isBigEndian } = header;
  return arrayOf(decode(isBigEndian ? swapped(values, bytesOf(dtype)) : values, dtype, name, "values"), header);
}

function checkSize({ dtype, shape }: NpyHeader, size: number, file: string): void {
  const expected = shape.reduce((product, length) => product * length, bytesOf(dtype));
  if (size === expected) return;
  throw new DataError(file, "size", `${expected} bytes of values for shape [${shape.join(", ")}]`, `${size}`);
}

const arrayOf = (data: NumericData, { isFortran, shape }: NpyHeader): NumericArray =>
  numericArray(isFortran ? rowMajor(data, shape) : data, shape);

/**
 * The bytes of an array in NumPy's `.npy` format, version 1.0: those that `numpy.save` writes.
 *
 * @example
 *   const bytes = writeNpy(numericArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
 *
 * @throws DataError when the shape does not fit the data, or the file is larger than one array can be: `saveNpy` writes it
 */
export function writeNpy(array: NumericArray): Uint8Array {
  return joined("writeNpy", npyParts(array), "saveNpy");
}

/** The file's head and its values, which share the array's memory. */
function npyParts(array: NumericArray): Uint8Array[] {
  checkNumericArray("writeNpy", "array", array);
  const { data, shape } = numericArray(array.data, array.shape);
  return [npyHead(descrOf(data), shape), littleEndian(data)];
}

/**
 * Reads a `.npy` file as `readNpy` does, of any size: part by part, into the array's memory, which is all that it needs (twice
 * that for Fortran's order).
 *
 * @example
 *   const vectors = withRank(await loadNpy("vectors.npy"), 2);
 *
 * @throws DataError as `readNpy`, and when the file cannot be read
 */
export async function loadNpy(path: string): Promise<NumericArray> {
  const file = await openFile(path);
  try {
    const header = readNpyHeader(await file.read(0, Math.min(MOST_HEADER_BYTES, file.size), "header"), path);
    const { dtype, begin, isBigEndian } = header;
    checkSize(header, file.size - begin, path);
    const swap = isBigEndian ? (bytes: Uint8Array) => swapped(bytes, bytesOf(dtype)) : undefined;
    return arrayOf(await readValues(file, dtype, { begin, end: file.size }, "values", swap), header);
  } finally {
    await file.close();
  }
}

/**
 * Writes a `.npy` file as `writeNpy` does. The file is there whole or not at all, and replaces an older one.
 *
 * @example
 *   await saveNpy("vectors.npy", numericArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
 *
 * @throws DataError as `writeNpy`, and when the file cannot be written
 */
export async function saveNpy(path: string, array: NumericArray): Promise<void> {
  await saveFile("saveNpy", path, npyParts(array));
}

function descrOf(data: NumericData): string {
  if (data instanceof Float32Array) return "<f4";
  if (data instanceof Int32Array) return "<i4";
  if (data instanceof Uint8Array) return "|u1";
  throw new DataError("writeNpy", "data", "a Float32Array, Int32Array or Uint8Array", String(data));
}

/** The bytes of each value in reverse. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let at = 0; at < copy.length; at += size) copy.subarray(at, at + size).reverse();
  return copy;
}

/** Values whose first axis runs fastest, in the order in which the last one does. */
function rowMajor<D extends NumericData>(data: D, shape: readonly number[]): D {
  const made = emptyLike(data, data.length);
  const index = shape.map(() => 0);
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, 1));
  for (let to = 0; to < made.length; to++) {
    made[to] = data[index.reduce((from, i, axis) => from + i * (steps[axis] as number), 0)] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return made;
}
