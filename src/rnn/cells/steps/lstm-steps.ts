import { customGradient } from "../../../compile/extend";
import * as tf from "../../../tf";
import type { OpenSteps } from "../../cell";
import { biasGradient, kernelGradient } from "../../kernels/affine";
import { fusedCell } from "../fused-cells";
import { diagonalOf, FORWARD, type FusedLSTMWeights } from "../lstm-fused";
import type { LSTMState } from "../lstm-step";

/** What the backward pass of one step leaves for the gradients of the weights. */
interface StepGradients {
  readonly x: tf.Tensor2D;
  readonly h: tf.Tensor2D;
  readonly dGates: tf.Tensor2D;
  /** The gradients of the peepholes i, f, o. */
  readonly dDiagonal: readonly tf.Tensor[];
}

/**
 * Opens an LSTM on TensorFlow's fused cell `LSTMBlockCell` for a run whose inputs depend on the step before: one operation
 * per time step. Unlike `openFusedLSTM` it computes the gradient of each step's inputs at that step. The gradients of the
 * weights are computed after the last step of the backward pass, as one product over all time steps: see `openProduct`
 * for the anchor that they wait at. First derivatives only.
 */
export function openLSTMSteps(weights: FusedLSTMWeights, inputSize: number): OpenSteps<LSTMState> {
  const { kernel, bias, peepholes, forgetBias } = weights;
  const units = bias.shape[0] / 4;
  const diagonal = diagonalOf(peepholes, units);
  const transposed = tf.transpose(kernel);
  const flags = [["use_peephole", "BOOL", peepholes !== undefined]] as const;
  const steps: StepGradients[] = [];
  const [anchor] = customGradient(
    [kernel, bias, ...(peepholes ? diagonal : [])],
    () => [tf.scalar(0)],
    () => {
      const all = (part: "x" | "h" | "dGates") =>
        tf.concat2d(
          steps.map((step) => step[part]),
          0,
        );
      const dy = all("dGates");
      const forDiagonal = [0, 1, 2].map((i) => () => tf.addN(steps.map(({ dDiagonal }) => dDiagonal[i] as tf.Tensor)));
      const gradients = [kernelGradient(all("x"), all("h"), dy), biasGradient(dy)];
      const made = [...gradients, ...(peepholes ? forDiagonal.map((sum) => sum()) : [])];
      steps.length = 0;
      return made;
    },
  );
  return {
    step: (x, { c, h }) => {
      const into = [x, c, h, kernel, ...diagonal, bias] as tf.Tensor[];
      const [next, output] = customGradient(
        [x, c, h, anchor as tf.Tensor],
        (save) => {
          const made = fusedCell("LSTMBlockCell", [...flags, ...FORWARD(forgetBias)], into, 7);
          const [memory, output] = [made[1], made[6]] as [tf.Tensor2D, tf.Tensor2D];
          save([...into, ...made.slice(0, 6), transposed]);
          return [memory, output];
        },
        ([dMemory, dOutput], saved) => {
          const given = [...saved.slice(0, -1), dMemory as tf.Tensor, dOutput as tf.Tensor];
          const made = fusedCell("LSTMBlockCellGrad", flags, given, 5);
          const [dC, dGates, ...dDiagonal] = made as [tf.Tensor2D, tf.Tensor2D, ...tf.Tensor[]];
          steps.push({ x: saved[0] as tf.Tensor2D, h: saved[2] as tf.Tensor2D, dGates, dDiagonal });
          const both = tf.matMul(dGates, saved.at(-1) as tf.Tensor2D);
          const [dX, dH] = tf.split(both, [inputSize, units], 1) as [tf.Tensor, tf.Tensor];
          return [dX, dC, dH, tf.scalar(0)];
        },
      ) as [tf.Tensor2D, tf.Tensor2D];
      return [output, { c: next, h: output }];
    },
  };
}
