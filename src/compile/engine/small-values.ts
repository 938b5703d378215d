import type * as tf from "../../tf";
import type { Memory, NativeBackend, NativeValues } from "./backend";
import { arrayOf } from "./dtypes";

/** Up to this many bytes, a copy of values takes less time than tfjs-node's tensor of them. */
const MOST = 64 * 1024;

/** Tensors whose values are no longer the array that a user gave. */
const own = new WeakSet<Memory>();

/**
 * The values of a small tensor that no native operation has used yet; undefined for any other one. From the first use on, the
 * values are the tensor's own, as those of a native tensor are: the array that a user made the tensor of may change.
 */
export function smallValuesOf({ tensorMap }: NativeBackend, { dataId }: tf.Tensor): NativeValues | undefined {
  const memory = tensorMap.get(dataId);
  const { values, dtype } = memory;
  if (values === null || values.constructor !== arrayOf(dtype)) return undefined;
  const array = values as NativeValues;
  if (array.byteLength > MOST) return undefined;
  if (own.has(memory)) return array;
  own.add(memory);
  const copy = array.slice();
  memory.values = copy;
  return copy;
}
