import { customGradient } from "../../../compile/extend";
import * as tf from "../../../tf";
import type { OpenSteps } from "../../cell";
import { biasGradient, kernelGradient } from "../../kernels/affine";
import { splitKernel } from "../../kernels/split-kernel";
import { fusedCell } from "../fused-cells";
import { type Four, stepGradient } from "../gru-fused";
import type { GRUWeights } from "../gru-step";

type Matrix = tf.Tensor2D;

/** What the backward pass of one step leaves for the gradients of the weights. */
type StepGradients = Readonly<Record<"x" | "h" | "reset" | "dGates" | "dCandidate", Matrix>>;

/**
 * Opens a GRU on TensorFlow's fused cell `GRUBlockCell` for a run whose inputs depend on the step before: one operation per
 * time step. The gradients of the weights are computed after the last step of the backward pass, as in `openLSTMSteps`.
 * First derivatives only.
 */
export function openGRUSteps(weights: GRUWeights): OpenSteps<Matrix> {
  const { gatesKernel, gatesBias, candidateKernel, candidateBias } = weights;
  const all = [gatesKernel, candidateKernel, gatesBias, candidateBias];
  const n = candidateBias.shape[0];
  const transposedParts = (kernel: Matrix) =>
    splitKernel(kernel, kernel.shape[0] - n).map((part) => tf.transpose(part));
  const [gatesToInputs, gatesToState] = transposedParts(gatesKernel) as [Matrix, Matrix];
  const [candidateToInputs, candidateToState] = transposedParts(candidateKernel) as [Matrix, Matrix];
  const steps: StepGradients[] = [];
  const [anchor] = customGradient(
    all,
    () => [tf.scalar(0)],
    () => {
      const over = (part: keyof StepGradients) =>
        tf.concat2d(
          steps.map((step) => step[part]),
          0,
        );
      const [x, h, reset, dGates, dCandidate] = (["x", "h", "reset", "dGates", "dCandidate"] as const).map(over) as [
        Matrix,
        Matrix,
        Matrix,
        Matrix,
        Matrix,
      ];
      steps.length = 0;
      return [
        kernelGradient(x, h, dGates),
        kernelGradient(x, tf.mul(reset, h), dCandidate),
        biasGradient(dGates),
        biasGradient(dCandidate),
      ];
    },
  );
  return {
    step: (x, h) => {
      const [next] = customGradient(
        [x, h, anchor as tf.Tensor],
        (save) => {
          const made = fusedCell("GRUBlockCell", [], [x, h, ...all], 4) as Four;
          save([x, h, ...made.slice(0, 3), gatesToInputs, candidateToInputs, gatesToState, candidateToState]);
          return [made[3]];
        },
        ([dNext], saved) => {
          const [x, h, r, u, c, ...transposed] = saved as [Matrix, Matrix, Matrix, Matrix, Matrix, ...Matrix[]];
          const [toGatesInputs, toCandidateInputs, ...toState] = transposed as [Matrix, Matrix, Matrix, Matrix];
          const made = stepGradient(dNext as Matrix, [h, r, u, c], toState);
          const [dGates, dCandidate, dH] = made as [Matrix, Matrix, Matrix];
          steps.push({ x, h, reset: r, dGates, dCandidate });
          const dX = tf.add(tf.matMul(dGates, toGatesInputs), tf.matMul(dCandidate, toCandidateInputs));
          return [dX, dH, tf.scalar(0)];
        },
      );
      return [next as Matrix, next as Matrix];
    },
  };
}
