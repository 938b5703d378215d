import * as tf from "../../tf";

/** Splits TensorFlow's kernel in two: the first rows multiply the inputs, the other rows multiply the state. */
export function splitKernel(kernel: tf.Tensor2D, inputSize: number): [inputs: tf.Tensor2D, state: tf.Tensor2D] {
  const [rows, columns] = kernel.shape;
  return [
    tf.slice2d(kernel, [0, 0], [inputSize, columns]),
    tf.slice2d(kernel, [inputSize, 0], [rows - inputSize, columns]),
  ];
}
