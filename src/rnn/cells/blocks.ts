import { canCompile, nativeOp, type OpAttribute } from "../../compile";
import * as tf from "../../tf";

/** Whether TensorFlow's fused cells are here: the native engine computes. */
export const hasBlocks = canCompile;

/** One of TensorFlow's fused cells; all of them compute in float32. */
export function block(
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly (tf.Tensor | bigint)[],
  count: number,
) {
  return nativeOp(name, [["T", "TYPE", 1], ...attributes], inputs, count) as tf.Tensor2D[];
}

/**
 * The gradient of a kernel `[inputSize + n, k]` from all time steps at once: the inputs' rows, then the state's.
 *
 * @param x `[nSteps·batch, inputSize]`   @param h `[nSteps·batch, n]`   @param dy `[nSteps·batch, k]`
 */
export function kernelGradient(x: tf.Tensor2D, h: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  const rows = [x, h].map((each) => tf.matMul(each, dy, true, false) as tf.Tensor2D);
  return tf.concat2d(rows, 0);
}

/** What the time steps left behind, as `[nSteps·batch, n]`: zeros at those that no gradient reached. */
export function stackSteps(steps: readonly (tf.Tensor2D | undefined)[], shape: [number, number]): tf.Tensor2D {
  return tf.concat2d(
    Array.from(steps, (step) => step ?? tf.zeros<tf.Rank.R2>(shape)),
    0,
  );
}
