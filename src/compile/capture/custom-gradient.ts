import * as tf from "../../tf";
import { CompileError } from "../errors";

/** Keeps tensors for the backward function, also past the end of a tidy. */
export type Save = (tensors: tf.Tensor[]) => void;

/**
 * Computes tensors by a function that has its own gradient. `tf.customGrad` does the same for a function of one output.
 * Second derivatives are refused, because they would be wrong.
 *
 *   const [y] = customGradient([x], (save) => { save([x]); return [tf.square(x)]; }, ([dy], [x]) => [tf.mul(dy, tf.mul(2, x))]);
 *
 * @param inputs the tensors that have gradients
 * @param forward computes the outputs, and saves the tensors that `backward` needs
 * @param backward from the gradients of the outputs and the saved tensors to the gradients of the inputs; a gradient may be
 *   given as a function, which is called only if somebody asks for that gradient
 */
export function customGradient(
  inputs: readonly tf.Tensor[],
  forward: (save: Save) => tf.Tensor[],
  backward: (dys: tf.Tensor[], saved: tf.Tensor[]) => (tf.Tensor | (() => tf.Tensor))[],
): tf.Tensor[] {
  const backwardsFunc = (dys: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => {
    refuseSecondDerivative();
    const gradients = backward(Array.isArray(dys) ? dys : [dys], saved);
    return Object.fromEntries(
      gradients.map((gradient, i) => [i, typeof gradient === "function" ? gradient : () => gradient]),
    );
  };
  const engine = tf.engine() as unknown as Engine;
  return engine.runKernelFunc({
    forwardFunc: (_backend, save) => forward(save),
    backwardsFunc,
    inputs: Object.fromEntries(inputs.map((input, i) => [i, input])),
  });
}

/** The method that `tf.customGrad` itself calls. It is not public, so TensorFlow.js 4.22 is pinned. */
interface Engine {
  runKernelFunc(of: {
    forwardFunc: (backend: unknown, save: Save) => tf.Tensor[];
    backwardsFunc: (dys: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor[];
}

/** @throws CompileError when the gradient that is being computed is itself differentiated */
function refuseSecondDerivative(): void {
  if (tf.engine().state.gradientDepth === 0) return;
  throw new CompileError(
    "an operation over all time steps has a first derivative only; written out step by step, as by staticRnn, it can be " +
      "differentiated again",
  );
}
