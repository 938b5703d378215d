import * as tf from "../../tf";
import { nativeBackend } from "./backend";

/**
 * Replaces TensorFlow.js's gradients of the activations, three to five operations each, by TensorFlow's own single ones
 * until the returned function is called. Where a gradient is differentiated again, they stay what they were.
 */
export function useActivationGradients(): () => void {
  const undo = Object.entries(NATIVE).map(([kernelName, native]) => {
    const before = tf.getGradient(kernelName) as tf.GradConfig;
    const gradFunc: tf.GradFunc = (dy, saved, attributes) =>
      tf.engine().state.gradientDepth > 0
        ? before.gradFunc(dy, saved, attributes)
        : { x: () => run(native, dy as tf.Tensor, saved[0] as tf.Tensor) };
    replace({ ...before, gradFunc });
    return () => replace(before);
  });
  return () => {
    for (const each of undo) each();
  };
}

/** Of each kernel, by its saved output (of Relu, its input): the operation, and whether the gradient comes first. */
const NATIVE: Readonly<Record<string, { readonly op: string; readonly gradientFirst: boolean }>> = {
  Tanh: { op: "TanhGrad", gradientFirst: false },
  Sigmoid: { op: "SigmoidGrad", gradientFirst: false },
  Relu: { op: "ReluGrad", gradientFirst: true },
};

function run(
  { op, gradientFirst }: { op: string; gradientFirst: boolean },
  dy: tf.Tensor,
  saved: tf.Tensor,
): tf.Tensor {
  const backend = nativeBackend();
  const { TF_ATTR_TYPE: type, TF_FLOAT: value } = backend.binding;
  return backend.executeSingleOutput(op, [{ name: "T", type, value }], gradientFirst ? [dy, saved] : [saved, dy]);
}

function replace(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}
