import { forgetTape } from "../../compile/internal";
import * as tf from "../../tf";
import { checkFunction, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { tidy } from "../tidy";

const WHERE = "gradientTimesInput";

/**
 * Measures what each time step of an input adds to a model's score: the gradient of the score with respect to the input,
 * times the input (Shrikumar et al. 2016, arXiv:1605.01713; for words Denil et al. 2014, arXiv:1412.6815).
 *
 *   a₍ₜ₎ = Σₖ xₜₖ · ∂score/∂xₜₖ
 *
 * That is the first-order change of the score if the input of the step were taken from 0 to what it is: positive where the
 * step raises the score. It is exact for a linear score, whose values then add up to score − score(0), and a first
 * look for all others. For words, x is their vectors. The function runs eagerly; leave dropout off.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const head = new Dense({ inputSize: 4, outputSize: 1, seed: 43 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const added = gradientTimesInput((input) => head.call(dynamicRnn(cell, input)[1]), x); // [2, 5]
 *
 * @param score from x to one score for each example, `[batch]` or `[batch, 1]`, that depends on that example alone
 * @param x `[batch, nSteps, features]`
 * @returns float32 `[batch, nSteps]`; the caller disposes it
 * @throws ArgumentError when `x` or what `score` returns has another shape
 */
export function gradientTimesInput(score: (x: tf.Tensor3D) => tf.Tensor, x: tf.Tensor3D): tf.Tensor2D {
  checkFunction(WHERE, "score", score);
  checkTensor(WHERE, "x", x, ["batch", "nSteps", "features"]);
  const [batch] = x.shape;
  const total = (input: tf.Tensor) => {
    const value = score(input as tf.Tensor3D);
    const fits = value instanceof tf.Tensor && value.size === batch && value.shape[0] === batch;
    if (!fits) throw new ArgumentError(WHERE, "score", `a function that returns [${batch}]`, describe(value));
    return tf.sum(value);
  };
  try {
    return tidy(() => tf.sum<tf.Tensor2D>(tf.mul(tf.grad(total)(x), x), 2));
  } catch (error) {
    forgetTape(); // the score threw: free the tensors that the tape holds
    throw error;
  }
}
