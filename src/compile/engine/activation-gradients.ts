import * as tf from "../../tf";
import { attribute } from "./attributes";
import { nativeBackend } from "./backend";
import { FLOAT32 } from "./dtypes";

/**
 * Replaces TensorFlow.js's gradients of tanh, sigmoid and relu by TensorFlow's own operations, until the returned function
 * is called. TensorFlow.js computes each of these gradients by three to five operations, TensorFlow by one. A gradient that
 * is itself differentiated stays as it was, because TensorFlow.js has no gradient of TensorFlow's operations.
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

/**
 * By kernel: the operation that computes its gradient from the saved output (for Relu, from the saved input), and whether
 * the output's gradient is that operation's first input.
 */
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
  const attributes = [attribute("T", "TYPE", FLOAT32)];
  return nativeBackend().executeSingleOutput(op, attributes, gradientFirst ? [dy, saved] : [saved, dy]);
}

function replace(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}
