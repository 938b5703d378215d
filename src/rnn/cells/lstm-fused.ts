import { customGradient } from "../../compile/extend";
import * as tf from "../../tf";
import type { OpenCell } from "../cell";
import { biasGradient, kernelGradient, stackSteps } from "../kernels/affine";
import { splitKernel } from "../kernels/split-kernel";
import { unitPadding } from "../kernels/unit-padding";
import { fusedCell } from "./fused-cells";
import type { LSTMState } from "./lstm-step";

/** The weights of a fused LSTM, as `LSTMCell` has them. */
export interface FusedLSTMWeights {
  readonly kernel: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  readonly peepholes?: Readonly<Record<"f" | "i" | "o", tf.Tensor1D>> | undefined;
  readonly forgetBias: number;
}

/**
 * Opens an LSTM for one run over time on TensorFlow's fused cell `LSTMBlockCell`: one operation per time step, and one
 * per time step for the gradient of the gates. Equations: see `lstmStep`. The gradients of the weights and of the
 * inputs are computed after the last step of the backward pass, each as one product over all time steps.
 */
export function openFusedLSTM(weights: FusedLSTMWeights, inputSize: number, inputCount: number): OpenCell<LSTMState> {
  const { peepholes, forgetBias } = weights;
  const units = weights.bias.shape[0] / 4;
  // No padding with peepholes: LSTMBlockCellGrad writes its result over a peephole tensor that nothing else references,
  // and a padded copy would be such a tensor.
  const padding = peepholes ? undefined : unitPadding(units, 4, inputCount);
  const kernel = padding?.kernel(weights.kernel, 4) ?? weights.kernel;
  const bias = padding?.vector(weights.bias, 4) ?? weights.bias;
  const n = padding?.count ?? units;
  const diagonal = diagonalOf(peepholes, n);
  const [inputKernel, stateKernel] = splitKernel(kernel, inputSize);
  const [toInputs, toState] = [tf.transpose(inputKernel), tf.transpose(stateKernel)];
  const states: tf.Tensor2D[] = [];
  const forPeepholes: tf.Tensor[][] = [];

  /**
   * Returns zeros whose gradient is the gradient of the gates at all time steps. No step reads the zeros' values: they
   * only collect this gradient, so that the backward pass computes the gradients of inputs and weights at once.
   */
  const collectorFor = (inputs: tf.Tensor2D): tf.Tensor2D => {
    const [count] = inputs.shape;
    const into = [inputs, kernel, bias, ...(peepholes ? diagonal : [])];
    const [collector] = customGradient(
      into,
      (save) => {
        save([inputs, toInputs]);
        return [tf.zeros([count, 4 * n])];
      },
      ([dGates], [x, transposed]) => {
        const dy = dGates as tf.Tensor2D;
        const before = stackSteps(states, [count / states.length, n]);
        const forDiagonal = peepholes ? sums(forPeepholes) : [];
        return [
          () => tf.matMul(dy, transposed as tf.Tensor2D),
          kernelGradient(x as tf.Tensor2D, before, dy),
          biasGradient(dy),
          ...forDiagonal,
        ];
      },
    );
    return collector as tf.Tensor2D;
  };

  return {
    ...(padding && { padding }),
    project: (inputs) => [inputs, collectorFor(inputs)],
    all: (inputs, state) => allSteps(weights, inputs, state),
    step: ([x, gates], { c, h }, _key, time) => {
      const flags = [["use_peephole", "BOOL", peepholes !== undefined]] as const;
      const into = [x, c, h, kernel, ...diagonal, bias] as tf.Tensor[];
      states.length = Math.max(states.length, time + 1);
      const [next, output] = customGradient(
        [gates as tf.Tensor2D, c, h],
        (save) => {
          const [i, memory, f, o, ci, co, m] = fusedCell(
            "LSTMBlockCell",
            [...flags, ...FORWARD(forgetBias)],
            into,
            7,
          ) as Seven;
          save([...into, i, memory, f, o, ci, co, toState]);
          return [memory, m];
        },
        ([dMemory, dOutput], saved) => {
          const [dC, dGates, ...dDiagonal] = fusedCell(
            "LSTMBlockCellGrad",
            flags,
            [...saved.slice(0, -1), dMemory as tf.Tensor, dOutput as tf.Tensor],
            5,
          ) as [tf.Tensor2D, tf.Tensor2D, ...tf.Tensor[]];
          states[time] = saved[2] as tf.Tensor2D;
          forPeepholes.push(dDiagonal);
          return [dGates, dC, tf.matMul(dGates, saved.at(-1) as tf.Tensor2D)];
        },
      ) as [tf.Tensor2D, tf.Tensor2D];
      return [output, { c: next, h: output }];
    },
  };
}

/** Computes all time steps with TensorFlow's fused `BlockLSTM`. The operation has no gradient here. */
function allSteps(
  { kernel, bias, peepholes, forgetBias }: FusedLSTMWeights,
  inputs: tf.Tensor3D,
  { c, h }: LSTMState,
): [tf.Tensor3D, LSTMState] {
  const [nSteps] = inputs.shape;
  const diagonal = diagonalOf(peepholes, bias.shape[0] / 4);
  const flags = [["use_peephole", "BOOL", peepholes !== undefined], ...FORWARD(forgetBias)] as const;
  const into = [BigInt(nSteps), inputs, c, h, kernel, ...diagonal, bias];
  const [, memories, , , , , outputs] = fusedCell("BlockLSTM", flags, into, 7) as unknown as tf.Tensor3D[];
  const last = (x: tf.Tensor3D | undefined) =>
    tf.squeeze<tf.Tensor2D>(tf.slice3d(x as tf.Tensor3D, [nSteps - 1, 0, 0], [1, -1, -1]), [0]);
  return [outputs as tf.Tensor3D, { c: last(memories), h: last(outputs) }];
}

/** Returns the peepholes of i, f, o, or zeros where the cell has no peepholes. */
export function diagonalOf(peepholes: FusedLSTMWeights["peepholes"], n: number): tf.Tensor1D[] {
  if (peepholes) return [peepholes.i, peepholes.f, peepholes.o];
  const zeros = tf.zeros([n]) as tf.Tensor1D;
  return [zeros, zeros, zeros];
}

export const FORWARD = (forgetBias: number) =>
  [
    ["forget_bias", "FLOAT", forgetBias],
    ["cell_clip", "FLOAT", -1],
  ] as const;

type Seven = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

/** Adds up each peephole's gradients, i, f, o, over all time steps. */
const sums = (parts: readonly tf.Tensor[][]): tf.Tensor[] =>
  [0, 1, 2].map((which) => tf.addN(parts.map((each) => each[which] as tf.Tensor)));
