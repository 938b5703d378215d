import * as tf from "../tf";
import { describe } from "./checks";
import { ArgumentError } from "./errors";

/** A typed array with a shape, as `unroll/data` returns it. */
export interface ArrayLike {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

/**
 * The one door from arrays to tensors: float32 stays float32, whole numbers become int32.
 *
 * @throws ArgumentError when the data's length is not the product of the shape
 */
export function toTensor(array: ArrayLike): tf.Tensor {
  const { data, shape } = array ?? {};
  if (!Array.isArray(shape) || data?.length === undefined) {
    throw new ArgumentError("toTensor", "array", "{ data, shape }, a typed array and its shape", describe(array));
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size) {
    throw new ArgumentError("toTensor", "array", `${size} values for shape [${shape}]`, `${data.length} values`);
  }
  return tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32");
}
