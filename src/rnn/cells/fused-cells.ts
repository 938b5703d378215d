import { canCompile } from "../../compile";
import { nativeOp, type OpAttribute } from "../../compile/extend";
import { isExporting } from "../../compile/internal";
import type * as tf from "../../tf";

/**
 * Returns whether TensorFlow's fused cells may be used. Only the native engine has them; a graph that is being exported
 * must do without them, because a browser's engine lacks these ops.
 */
export const hasFusedCells = (): boolean => canCompile() && !isExporting();

/** Runs one of TensorFlow's fused cells. All of them compute in float32. */
export function fusedCell(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly (tf.Tensor | bigint)[],
  count: number,
) {
  return nativeOp(name, [["T", "TYPE", "float32"], ...attributes], inputs, count) as tf.Tensor2D[];
}
