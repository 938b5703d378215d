import { customGradient } from "../../compile/extend";
import * as tf from "../../tf";
import { splitKernel } from "./split-kernel";

/**
 * Computes the sums [xₜ, h]·W + b of one run over time: the part of the inputs for all time steps at once, the part of
 * the state at each step. The gradients of W, b and the inputs are computed after the last step of the backward pass,
 * each as one product over all time steps. First derivatives only.
 *
 * @param kernel W, `[inputSize + n, k]`: first the rows that multiply the inputs, then the rows that multiply the state
 */
export function openAffine(kernel: tf.Tensor2D, bias: tf.Tensor1D, inputSize: number) {
  const [inputKernel, stateKernel] = splitKernel(kernel, inputSize);
  const [toInputs, toState] = [tf.transpose(inputKernel), tf.transpose(stateKernel)];
  const states: tf.Tensor2D[] = [];
  return {
    /**
     * X·Wx + b, from `[count·batch, inputSize]` to `[count·batch, k]`, for the chunk of `count` time steps from `first`
     * on. Default: all time steps.
     */
    project: (inputs: tf.Tensor2D, first = 0, count?: number): tf.Tensor2D => {
      const [projected] = customGradient(
        [inputs, kernel, bias],
        (save) => {
          save([inputs, toInputs]);
          return [tf.add(tf.matMul(inputs, inputKernel), bias)];
        },
        ([dSums], [x, transposed]) => {
          const dy = dSums as tf.Tensor2D;
          const chunk = states.slice(first, first + (count ?? states.length));
          const before = stackSteps(chunk, [dy.shape[0] / chunk.length, stateKernel.shape[0]]);
          return [
            () => tf.matMul(dy, transposed as tf.Tensor2D),
            kernelGradient(x as tf.Tensor2D, before, dy),
            biasGradient(dy),
          ];
        },
      );
      return projected as tf.Tensor2D;
    },
    /** A time step's projected inputs plus h·Wh, `[batch, k]`. */
    add: (projected: tf.Tensor2D, h: tf.Tensor2D, time: number): tf.Tensor2D => {
      states.length = Math.max(states.length, time + 1);
      const [sums] = customGradient(
        [projected, h],
        (save) => {
          save([h, toState]);
          return [tf.add(projected, tf.matMul(h, stateKernel))];
        },
        ([dy], [before, transposed]) => {
          states[time] = before as tf.Tensor2D;
          return [dy as tf.Tensor2D, tf.matMul(dy as tf.Tensor2D, transposed as tf.Tensor2D)];
        },
      );
      return sums as tf.Tensor2D;
    },
  };
}

/**
 * db = Σ dyₖ over the rows k, computed as a product with ones: for wide rows it takes a quarter of the time of a sum.
 */
export const biasGradient = (dy: tf.Tensor2D): tf.Tensor1D =>
  tf.reshape(tf.matMul(tf.ones([1, dy.shape[0]]), dy), [dy.shape[1]]);

/**
 * Computes the gradient of a kernel `[inputSize + n, k]` from all time steps at once: first the rows that multiply the
 * inputs, then the rows that multiply the state.
 *
 * @param x `[nSteps·batch, inputSize]`   @param h `[nSteps·batch, n]`   @param dy `[nSteps·batch, k]`
 */
export function kernelGradient(x: tf.Tensor2D, h: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  const rows = [x, h].map((each) => tf.matMul(each, dy, true, false) as tf.Tensor2D);
  return tf.concat2d(rows, 0);
}

/**
 * Stacks one tensor `[batch, n]` for each time step to `[nSteps·batch, n]`. A time step without a tensor, because no
 * gradient reached it, becomes zeros.
 */
export function stackSteps(steps: readonly (tf.Tensor2D | undefined)[], shape: [number, number]): tf.Tensor2D {
  return tf.concat2d(
    Array.from(steps, (step) => step ?? tf.zeros<tf.Rank.R2>(shape)),
    0,
  );
}
