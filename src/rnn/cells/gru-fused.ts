import { customGradient } from "../../compile";
import * as tf from "../../tf";
import type { OpenCell } from "../cell";
import { biasGradient, kernelGradient, stackSteps } from "../kernels/affine";
import { splitKernel } from "../kernels/split-kernel";
import { type UnitPadding, unitPadding } from "../kernels/unit-padding";
import { fusedCell } from "./fused-cells";
import type { GRUWeights } from "./gru-step";

type Matrix = tf.Tensor2D;
type Four = [Matrix, Matrix, Matrix, Matrix];

/**
 * A GRU opened for one run over time on TensorFlow's fused `GRUBlockCell`, one operation a step. Equations: see `gruStep`.
 * What the weights and the inputs get is formed after the last step, each as products over all steps.
 */
export function openFusedGRU(weights: GRUWeights, rows: number): OpenCell<Matrix> {
  const units = weights.candidateBias.shape[0];
  const padding = unitPadding(units, 2, rows);
  const { gatesKernel, gatesBias, candidateKernel, candidateBias } = padding
    ? withSpareUnits(weights, padding)
    : weights;
  const all = [gatesKernel, candidateKernel, gatesBias, candidateBias];
  const n = padding?.count ?? units;
  const turned = (kernel: Matrix) => splitKernel(kernel, kernel.shape[0] - n).map((part) => tf.transpose(part));
  const [gatesToInputs, gatesToState] = turned(gatesKernel) as [Matrix, Matrix];
  const [candidateToInputs, candidateToState] = turned(candidateKernel) as [Matrix, Matrix];
  const states: Matrix[] = [];
  const resets: Matrix[] = [];

  /**
   * Zeros that no step reads: what flows back to them are the gradients before the activations at all time steps, and goes
   * to inputs and weights at once.
   */
  const blanksFor = (inputs: Matrix): Matrix[] => {
    const [rows] = inputs.shape;
    const forward = (save: (tensors: tf.Tensor[]) => void) => {
      save([inputs, gatesToInputs, candidateToInputs]);
      return [tf.zeros([rows, 2 * n]), tf.zeros([rows, n])];
    };
    return customGradient([inputs, ...all], forward, (dBlanks, saved) => {
      const [dGates, dCandidate] = dBlanks as [Matrix, Matrix];
      const [x, fromGates, fromCandidate] = saved as [Matrix, Matrix, Matrix];
      const shape: [number, number] = [rows / states.length, n];
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
    project: (inputs) => [inputs, ...blanksFor(inputs)],
    step: ([x, gates, candidate], h, _draw, time) => {
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

function withSpareUnits(weights: GRUWeights, padding: UnitPadding): GRUWeights {
  return {
    gatesKernel: padding.kernel(weights.gatesKernel, 2),
    gatesBias: padding.vector(weights.gatesBias, 2),
    candidateKernel: padding.kernel(weights.candidateKernel, 1),
    candidateBias: padding.vector(weights.candidateBias, 1),
  };
}

/**
 * The gradients of one step. TensorFlow's `GRUBlockCellGrad` takes longer: it turns both kernels round at each step.
 *
 *   δc = (1 − u)∘dh'∘(1 − c²)
 *   δu = (h − c)∘dh'∘u∘(1 − u)    δr = (δc·Wcᵀ)∘h∘r∘(1 − r)
 *   dh = u∘dh' + r∘(δc·Wcᵀ) + [δr, δu]·Wgᵀ
 *
 * with δ for a gradient before the activation, and Wg and Wc for the state's rows of the kernels.
 *
 * @param dNext dh', `[batch, n]`
 * @param step h, r, u, c, each `[batch, n]`
 * @param toState Wgᵀ and Wcᵀ, `[2n, n]` and `[n, n]`
 * @returns [δr, δu], δc and dh
 */
function stepGradient(dNext: Matrix, [h, r, u, c]: Four, [fromGates, fromCandidate]: [Matrix, Matrix]): Matrix[] {
  const kept = tf.mul(dNext, u);
  const dCandidate = activationGradient("TanhGrad", c, tf.sub(dNext, kept));
  const dReset = tf.matMul(dCandidate, fromCandidate);
  const dU = activationGradient("SigmoidGrad", u, tf.mul(dNext, tf.sub(h, c)));
  const dR = activationGradient("SigmoidGrad", r, tf.mul(dReset, h));
  const dGates = tf.concat2d([dR, dU], 1);
  const dH = tf.addN([kept, tf.mul(dReset, r), tf.matMul(dGates, fromGates)]) as Matrix;
  return [dGates, dCandidate, dH];
}

/** TensorFlow's gradient of an activation by its value. */
const activationGradient = (name: string, value: Matrix, dy: tf.Tensor) =>
  fusedCell(name, [], [value, dy], 1)[0] as Matrix;
