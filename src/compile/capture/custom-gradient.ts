import * as tf from "../../tf";
import { CompileError } from "../errors";

/** Keeps tensors for the way back, past any tidy. */
export type Save = (tensors: tf.Tensor[]) => void;

/**
 * A function of several results with a gradient of its own. (`tf.customGrad` knows one result only.) First derivatives
 * only: a second one is an error, not a wrong number.
 *
 * @param inputs what gradients flow back to
 * @param forward computes the results; everything that the gradient needs is to be saved
 * @param backward from the results' gradients and what was saved to the inputs' gradients; a function is called only
 *   where somebody asks for that one
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

/** What `tf.customGrad` itself is made of; TensorFlow.js 4.22 is pinned. */
interface Engine {
  runKernelFunc(of: {
    forwardFunc: (backend: unknown, save: Save) => tf.Tensor[];
    backwardsFunc: (dys: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor[];
}

/** @throws CompileError when a gradient is being computed whose own gradient is asked for */
function refuseSecondDerivative(): void {
  if (tf.engine().state.gradientDepth === 0) return;
  throw new CompileError(
    "an operation over all time steps has a first derivative only; written out step by step, as by staticRnn, it can be " +
      "differentiated again",
  );
}
