import { customGradient } from "../../compile";
import * as tf from "../../tf";
import { biasGradient, kernelGradient, stackSteps } from "../affine";
import type { OpenCell } from "../cell";
import { block } from "./blocks";
import type { GRUWeights } from "./gru";

/**
 * A GRU opened for one run over time on TensorFlow's fused `GRUBlockCell`: one operation a step, one for its gradient.
 * Equations: see `gruStep`. The weights' gradients are formed after the last step, each as one product over all steps.
 */
export function openGRUBlock(weights: GRUWeights): OpenCell<tf.Tensor2D> {
  const { gatesKernel, gatesBias, candidateKernel, candidateBias } = weights;
  const all = [gatesKernel, candidateKernel, gatesBias, candidateBias];
  const n = candidateBias.shape[0];
  const states: tf.Tensor2D[] = [];
  const resets: tf.Tensor2D[] = [];

  /** Zeros that no step reads: their gradients are the pre-activations' at all time steps, and go to the weights at once. */
  const blanksFor = (inputs: tf.Tensor2D): tf.Tensor2D[] => {
    const [rows] = inputs.shape;
    const forward = (save: (tensors: tf.Tensor[]) => void) => {
      save([inputs]);
      return [tf.zeros([rows, 2 * n]), tf.zeros([rows, n])];
    };
    return customGradient(all, forward, ([dGates, dCandidate], [x]) => {
      const shape: [number, number] = [rows / states.length, n];
      const h = stackSteps(states, shape);
      const reset = tf.mul(stackSteps(resets, shape), h) as tf.Tensor2D;
      return [
        kernelGradient(x as tf.Tensor2D, h, dGates as tf.Tensor2D),
        kernelGradient(x as tf.Tensor2D, reset, dCandidate as tf.Tensor2D),
        biasGradient(dGates as tf.Tensor2D),
        biasGradient(dCandidate as tf.Tensor2D),
      ];
    }) as tf.Tensor2D[];
  };

  return {
    project: (inputs) => [inputs, ...blanksFor(inputs)],
    step: (projected, h, _draw, time) => {
      const [x, gates, candidate] = projected as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      for (const steps of [states, resets]) steps.length = Math.max(steps.length, time + 1);
      const [next] = customGradient(
        [x, gates, candidate, h],
        (save) => {
          const [r, u, c, output] = block("GRUBlockCell", [], [x, h, ...all], 4) as [
            tf.Tensor,
            tf.Tensor,
            tf.Tensor,
            tf.Tensor,
          ];
          save([x, h, ...all, r, u, c]);
          return [output];
        },
        ([dy], saved) => {
          const [dX, dH, dC, dRU] = block("GRUBlockCellGrad", [], [...saved, dy as tf.Tensor], 4);
          states[time] = saved[1] as tf.Tensor2D;
          resets[time] = saved[6] as tf.Tensor2D;
          return [dX, dRU, dC, dH] as tf.Tensor[];
        },
      ) as [tf.Tensor2D];
      return [next, next];
    },
  };
}
