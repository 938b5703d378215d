import { customGradient } from "../../compile/extend";
import * as tf from "../../tf";
import type { OpenCell } from "../cell";
import { biasGradient, kernelGradient, stackSteps } from "../kernels/affine";
import { splitKernel } from "../kernels/split-kernel";
import { type UnitPadding, unitPadding } from "../kernels/unit-padding";
import { fusedCell } from "./fused-cells";
import type { GRUWeights } from "./gru-step";

type Matrix = tf.Tensor2D;
export type Four = [Matrix, Matrix, Matrix, Matrix];

/**
 * Opens a GRU for one run over time on TensorFlow's fused cell `GRUBlockCell`, one operation per time step. Equations:
 * see `gruStep`. The gradients of the weights and of the inputs are computed after the last step of the backward pass,
 * each as products over all time steps.
 */
export function openFusedGRU(weights: GRUWeights, inputCount: number): OpenCell<Matrix> {
  const units = weights.candidateBias.shape[0];
  const padding = unitPadding(units, 2, inputCount);
  const { gatesKernel, gatesBias, candidateKernel, candidateBias } = padding ? padWeights(weights, padding) : weights;
  const all = [gatesKernel, candidateKernel, gatesBias, candidateBias];
  const n = padding?.count ?? units;
  const transposedParts = (kernel: Matrix) =>
    splitKernel(kernel, kernel.shape[0] - n).map((part) => tf.transpose(part));
  const [gatesToInputs, gatesToState] = transposedParts(gatesKernel) as [Matrix, Matrix];
  const [candidateToInputs, candidateToState] = transposedParts(candidateKernel) as [Matrix, Matrix];
  const states: Matrix[] = [];
  const resets: Matrix[] = [];

  /**
   * Returns zeros whose gradients are the gradients of the pre-activations at all time steps. No step reads the zeros'
   * values: they only collect these gradients, so that the backward pass computes the gradients of inputs and weights
   * at once.
   */
  const collectorsFor = (inputs: Matrix): Matrix[] => {
    const [count] = inputs.shape;
    const forward = (save: (tensors: tf.Tensor[]) => void) => {
      save([inputs, gatesToInputs, candidateToInputs]);
      return [tf.zeros([count, 2 * n]), tf.zeros([count, n])];
    };
    return customGradient([inputs, ...all], forward, (dCollected, saved) => {
      const [dGates, dCandidate] = dCollected as [Matrix, Matrix];
      const [x, fromGates, fromCandidate] = saved as [Matrix, Matrix, Matrix];
      const shape: [number, number] = [count / states.length, n];
      const h = stackSteps(states, shape);
      const reset = tf.mul(stackSteps(resets, shape), h) as Matrix;
      return [
        () => tf.add(tf.matMul(dGates, fromGates), tf.matMul(dCandidate, fromCandidate)),
        kernelGradient(x, h, dGates),
        kernelGradient(x, reset, dCandidate),
        biasGradient(dGates),
        biasGradient(dCandidate),
      ];
    }) as Matrix[];
  };

  return {
    ...(padding && { padding }),
    project: (inputs) => [inputs, ...collectorsFor(inputs)],
    step: ([x, gates, candidate], h, _key, time) => {
      for (const steps of [states, resets]) steps.length = Math.max(steps.length, time + 1);
      const [next] = customGradient(
        [gates as Matrix, candidate as Matrix, h],
        (save) => {
          const [r, u, c, next] = fusedCell("GRUBlockCell", [], [x as Matrix, h, ...all], 4) as Four;
          save([h, r, u, c, gatesToState, candidateToState]);
          return [next];
        },
        ([dNext], saved) => {
          const [h, r, u, c, ...toState] = saved as [...Four, Matrix, Matrix];
          states[time] = h;
          resets[time] = r;
          return stepGradient(dNext as Matrix, [h, r, u, c], toState);
        },
      );
      return [next as Matrix, next as Matrix];
    },
  };
}

function padWeights(weights: GRUWeights, padding: UnitPadding): GRUWeights {
  return {
    gatesKernel: padding.kernel(weights.gatesKernel, 2),
    gatesBias: padding.vector(weights.gatesBias, 2),
    candidateKernel: padding.kernel(weights.candidateKernel, 1),
    candidateBias: padding.vector(weights.candidateBias, 1),
  };
}

/**
 * Computes the gradients of one step. TensorFlow's `GRUBlockCellGrad` takes longer, because it transposes both kernels
 * at each step.
 *
 *   δc = (1 − u)∘dh'∘(1 − c²)
 *   δu = (h − c)∘dh'∘u∘(1 − u)    δr = (δc·Wcᵀ)∘h∘r∘(1 − r)
 *   dh = u∘dh' + r∘(δc·Wcᵀ) + [δr, δu]·Wgᵀ
 *
 * where δ is the gradient of a pre-activation, and Wg and Wc are the rows of the kernels that multiply the state.
 *
 * @param dNext dh', `[batch, n]`
 * @param step h, r, u, c, each `[batch, n]`
 * @param toState Wgᵀ and Wcᵀ, `[2n, n]` and `[n, n]`
 * @returns [δr, δu], δc and dh
 */
export function stepGradient(
  dNext: Matrix,
  [h, r, u, c]: Four,
  [fromGates, fromCandidate]: [Matrix, Matrix],
): Matrix[] {
  const kept = tf.mul(dNext, u);
  const dCandidate = activationGradient("TanhGrad", c, tf.sub(dNext, kept));
  const dReset = tf.matMul(dCandidate, fromCandidate);
  const dU = activationGradient("SigmoidGrad", u, tf.mul(dNext, tf.sub(h, c)));
  const dR = activationGradient("SigmoidGrad", r, tf.mul(dReset, h));
  const dGates = tf.concat2d([dR, dU], 1);
  const dH = tf.addN([kept, tf.mul(dReset, r), tf.matMul(dGates, fromGates)]) as Matrix;
  return [dGates, dCandidate, dH];
}

/** Computes the gradient of a pre-activation from the activation's value, by TensorFlow's own operation. */
const activationGradient = (name: string, value: Matrix, dy: tf.Tensor) =>
  fusedCell(name, [], [value, dy], 1)[0] as Matrix;
