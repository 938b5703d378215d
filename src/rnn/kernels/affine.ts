import { customGradient } from "../../compile";
import * as tf from "../../tf";
import { splitKernel } from "./split-kernel";

/**
 * The sums [xₜ, h]·W + b of one run over time: the inputs' part for all time steps at once, the state's part step by
 * step. Gradients of W, b and the inputs are formed after the last step, each as one product over all steps. First
 * derivatives only.
 *
 * @param kernel W, `[inputSize + n, k]`: the rows of the inputs, then those of the state
 */
export function openAffine(kernel: tf.Tensor2D, bias: tf.Tensor1D, inputSize: number) {
  const [inputKernel, stateKernel] = splitKernel(kernel, inputSize);
  const [toInputs, toState] = [tf.transpose(inputKernel), tf.transpose(stateKernel)];
  const states: tf.Tensor2D[] = [];
  return {
    /** X·Wx + b of all time steps, or of `count` from `first` on: `[count·batch, inputSize]` to `[count·batch, k]`. */
    project: (inputs: tf.Tensor2D, first = 0, count?: number): tf.Tensor2D => {
      const [projected] = customGradient(
        [inputs, kernel, bias],
        (save) => {
          save([inputs, toInputs]);
          return [tf.add(tf.matMul(inputs, inputKernel), bias)];
        },
        ([dSums], [x, back]) => {
          const dy = dSums as tf.Tensor2D;
          const these = states.slice(first, first + (count ?? states.length));
          const before = stackSteps(these, [dy.shape[0] / these.length, stateKernel.shape[0]]);
          return [
            () => tf.matMul(dy, back as tf.Tensor2D),
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
        ([dy], [before, back]) => {
          states[time] = before as tf.Tensor2D;
          return [dy as tf.Tensor2D, tf.matMul(dy as tf.Tensor2D, back as tf.Tensor2D)];
        },
      );
      return sums as tf.Tensor2D;
    },
  };
}

/** db = Σ dyₖ over the rows k, as a product with ones: for wide rows it takes a quarter of a sum's time. */
export const biasGradient = (dy: tf.Tensor2D): tf.Tensor1D =>
  tf.reshape(tf.matMul(tf.ones([1, dy.shape[0]]), dy), [dy.shape[1]]);

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
