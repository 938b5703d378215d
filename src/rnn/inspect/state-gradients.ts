import { forgetTape } from "../../compile/internal";
import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { checkCell, checkFunction, checkLive, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { flattenState, packState, type State } from "../state";
import { tidy } from "../tidy";

const WHERE = "stateGradientNorms";

/**
 * Measures how strongly a loss at the end of a sequence depends on the state at each time step: ‖∂loss/∂h₍ₜ₎‖ for t = 0
 * … nSteps − 1. h₍ₜ₎ is the state after time step t with all its parts (an LSTM's c and h). The norm is taken over the
 * whole batch. The chain rule multiplies one Jacobian for each step of the backward pass,
 *
 *   ∂loss/∂h₍ₜ₎ = ∂loss/∂h₍ₜ₊₁₎ · ∂h₍ₜ₊₁₎/∂h₍ₜ₎
 *
 * so the norms shrink or grow by about the same factor per step: gradients vanish or explode (Bengio et al. 1994,
 * doi:10.1109/72.279181; Pascanu et al. 2013, arXiv:1211.5063). The function runs eagerly, without dropout.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 50, 3]); // [batch, nSteps, inputSize]
 *   const norms = stateGradientNorms(cell, x, (h) => tf.sum(h)); // [50]
 *
 * @param inputs `[batch, nSteps, inputSize]`
 * @param loss computes a scalar from the state after the last time step
 * @returns float32 `[nSteps]`; the caller disposes it
 * @throws ArgumentError when `inputs` has the wrong shape or no time steps, or `loss` does not return a scalar
 */
export function stateGradientNorms<S extends State>(
  cell: RNNCell<S>,
  inputs: tf.Tensor3D,
  loss: (lastState: S) => tf.Scalar,
): tf.Tensor1D {
  checkCell(WHERE, cell);
  checkFunction(WHERE, "loss", loss);
  checkTensor(WHERE, "inputs", inputs, ["batch", "nSteps", cell.inputSize], cell.inputDtype);
  checkLive(WHERE, cell);
  const [batch, nSteps] = inputs.shape;
  try {
    return tidy(() => {
      const first = cell.zeroState(batch);
      const parts = flattenState(first);
      const steps = tf.unstack(inputs, 1) as tf.Tensor2D[];
      // The derivative with respect to a zero that is added to a state equals the derivative with respect to the state.
      const lossOf = (...zeros: tf.Tensor[]): tf.Scalar => {
        let state = first;
        steps.forEach((x, t) => {
          const after = flattenState(cell.call(x, state)[1]);
          const moved = after.map((part, i) => tf.add(part, zeros[t * parts.length + i] as tf.Tensor) as tf.Tensor2D);
          state = packState(first, moved);
        });
        const value = loss(state);
        if (!(value instanceof tf.Tensor) || value.rank > 0) {
          throw new ArgumentError(WHERE, "loss", "a function that returns a scalar", describe(value));
        }
        // A loss on h alone does not use the last c, and `tf.grads` refuses inputs that are not used.
        const unused = tf.addN(zeros.map((zero) => tf.sum(zero)));
        return tf.add(value, tf.mul(unused, 0)) as tf.Scalar;
      };
      const zeros = steps.flatMap(() => parts.map((part) => tf.zerosLike(part)));
      const squares = tf
        .grads(lossOf)(zeros)
        .map((gradient) => tf.sum(tf.square(gradient)));
      return tf.sqrt(tf.sum(tf.reshape(tf.stack(squares), [nSteps, parts.length]), 1)) as tf.Tensor1D;
    });
  } catch (error) {
    forgetTape(); // the loss function threw: free the tensors that the tape holds
    throw error;
  }
}
