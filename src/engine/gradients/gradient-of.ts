import * as tf from "../start";

/** The saved inputs, in the order of `inputs`; there are as many as were asked for. */
export type Saved = [tf.Tensor, tf.Tensor, tf.Tensor];
/** Computes the gradient of each input by its name, when somebody asks for it. */
export type InputGradients = Record<string, () => tf.Tensor>;

/**
 * Describes the gradient of a kernel with one output. TensorFlow.js gives tensors and attributes in types that say nothing
 * of the kernel; here they are given the types that the kernel has.
 *
 * @param inputs the names of the inputs that `derive` needs
 */
export function gradientOf<Attributes>(
  kernelName: string,
  inputs: string[],
  derive: (dy: tf.Tensor, saved: Saved, attributes: Attributes) => InputGradients,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: inputs,
    gradFunc: (dy, saved, attributes) => derive(dy as tf.Tensor, saved as Saved, attributes as unknown as Attributes),
  };
}

/** Changes the gradients that the engine has for a kernel. What else the engine saves for it stays as it is. */
export function changedGradient<Attributes>(
  kernelName: string,
  change: (before: InputGradients, saved: Saved, dy: tf.Tensor, attributes: Attributes) => InputGradients,
): tf.GradConfig {
  const before = tf.getGradient(kernelName) as tf.GradConfig;
  return {
    ...before,
    gradFunc: (dy, saved, attributes) => {
      const gradients = before.gradFunc(dy, saved, attributes) as InputGradients;
      return change(gradients, saved as Saved, dy as tf.Tensor, attributes as unknown as Attributes);
    },
  };
}

/** Runs a kernel with one output for which TensorFlow.js exports no function. Its gradient is recorded. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
}

/** The gradient of an input that the output does not depend on, or depends on in steps: float32, whatever the input is. */
export const zerosFor = (input: tf.Tensor) => (): tf.Tensor => tf.zerosLike(tf.cast(input, "float32"));

/** Sums a gradient over the axes that broadcasting added to an input or stretched. */
export function sumTo(shape: number[], gradient: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length > 0 ? tf.reshape(tf.sum(gradient, axes), shape) : gradient;
}
