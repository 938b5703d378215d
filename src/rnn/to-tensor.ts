import * as tf from "../tf";
import { describe } from "./checks";
import { ArgumentError } from "./errors";

/** A typed array with its shape, as the loaders of `unroll/data` return it. */
export interface ArrayLike {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

/**
 * Makes a tensor from a typed array and its shape. A Float32Array becomes float32; an Int32Array or Uint8Array becomes
 * int32. All data of the library become tensors through this function. Where the type of the array tells its rank, the
 * type of the tensor does too.
 *
 * @example
 *   const x = toTensor({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
 *   const labels = toTensor({ data: Int32Array.of(0, 1), shape: [2] }); // int32
 *
 * @throws ArgumentError when the data's length is not the product of the shape, or the data are of another type: a Float64Array's
 *   or a list's numbers may not be whole, and those of a Uint32Array may be too large for int32
 */
export function toTensor<S extends readonly number[] | readonly []>(array: {
  readonly data: ArrayLike["data"];
  readonly shape: S;
}): tf.TensorOfRank<S["length"]> {
  const { data, shape }: ArrayLike = array ?? {};
  if (!Array.isArray(shape) || data?.length === undefined) {
    throw new ArgumentError("toTensor", "array", "{ data, shape }, a typed array and its shape", describe(array));
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size) {
    throw new ArgumentError("toTensor", "array", `${size} values for shape [${shape}]`, `${data.length} values`);
  }
  const isFloat = data instanceof Float32Array;
  if (!isFloat && !(data instanceof Int32Array || data instanceof Uint8Array)) {
    const expected = "a Float32Array, an Int32Array or a Uint8Array: Float32Array.from(data) rounds to float32";
    throw new ArgumentError("toTensor", "array.data", expected, describe(data));
  }
  return tf.tensor(data, [...shape], isFloat ? "float32" : "int32") as tf.TensorOfRank<S["length"]>;
}
