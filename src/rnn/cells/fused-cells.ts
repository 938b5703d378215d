import { canCompile, isExporting, nativeOp, type OpAttribute } from "../../compile";
import type * as tf from "../../tf";

/** Whether TensorFlow's fused cells may be used: the native engine computes, and will; a browser has none. */
export const hasFusedCells = (): boolean => canCompile() && !isExporting();

/** One of TensorFlow's fused cells; all of them compute in float32. */
export function fusedCell(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly (tf.Tensor | bigint)[],
  count: number,
) {
  return nativeOp(name, [["T", "TYPE", 1], ...attributes], inputs, count) as tf.Tensor2D[];
}
