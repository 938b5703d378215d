import { readFile, stat } from "node:fs/promises";
import { emptyLike, type NumericArray, type NumericData, numericArray } from "../array";
import { DataError } from "../errors";
import { errorCode } from "../files/data-file";
import { saveFile } from "../files/save-file";
import { npyHead, readNpyHeader } from "./npy-header";
import { bytesOf, decode } from "./safetensors-dtypes";
import { littleEndian } from "./safetensors-layout";

/**
 * Reads an array of NumPy's `.npy` format, versions 1.0 to 3.0, into memory of its own.
 *
 *   float32, int32, uint8   as they are      float16 → float32, exactly   float64 → float32, rounded to the nearest
 *   int64 → int32, when it is in range       bool → uint8, 0 or 1
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
  const { dtype, isBigEndian, isFortran, shape, begin } = readNpyHeader(bytes, name);
  const size = bytesOf(dtype);
  const expected = shape.reduce((product, length) => product * length, size);
  const values = bytes.subarray(begin);
  if (values.length !== expected) {
    throw new DataError(
      name,
      "size",
      `${expected} bytes of values for shape [${shape.join(", ")}]`,
      `${values.length}`,
    );
  }
  const data = decode(isBigEndian ? swapped(values, size) : values, dtype, name, "values");
  return numericArray(isFortran ? rowMajor(data, shape) : data, shape);
}

/**
 * The bytes of an array in NumPy's `.npy` format, version 1.0: those that `numpy.save` writes.
 *
 * @example
 *   const bytes = writeNpy(numericArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
 *
 * @throws DataError when the shape does not fit the data
 */
export function writeNpy(array: NumericArray): Uint8Array {
  return Buffer.concat(npyParts(array));
}

/** The file's head and its values, which share the array's memory. */
function npyParts({ data, shape }: NumericArray): Uint8Array[] {
  const array = numericArray(data, shape);
  return [npyHead(descrOf(array.data), array.shape), littleEndian(array.data)];
}

/**
 * Reads a `.npy` file as `readNpy` does.
 *
 * @example
 *   const vectors = withRank(await loadNpy("vectors.npy"), 2);
 *
 * @throws DataError as `readNpy`, and when the file cannot be read
 */
export async function loadNpy(path: string): Promise<NumericArray> {
  let bytes: Uint8Array;
  try {
    // reading a pipe would block
    if (!(await stat(path)).isFile()) throw new DataError(path, "kind", "a file", "something else");
    bytes = await readFile(path);
  } catch (error) {
    throw error instanceof DataError ? error : new DataError(path, "access", "a readable file", errorCode(error));
  }
  return readNpy(bytes, path);
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
