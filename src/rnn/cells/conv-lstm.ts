import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFinite, checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import { named } from "../named";
import { checkState, zeroTensor } from "../state";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";
import type { LSTMState } from "./lstm-step";

/** The sizes along the 1, 2 or 3 axes of a convolution. */
export type ConvShape = readonly [number] | readonly [number, number] | readonly [number, number, number];

export interface ConvLSTMCellOptions {
  /** One time step's input without the batch: `[width, channels]`, `[height, width, channels]` or one axis more. */
  inputShape: readonly number[];
  /** Channels of the output and of the state. */
  outputChannels: number;
  /** Sizes of the convolution's window, one for each axis of the image: 1, 2 or 3. */
  kernelShape: ConvShape;
  /** Added to the forget gate before its sigmoid. Default: 1. */
  forgetBias?: number;
  /** Whether the cell has biases. Default: true. */
  useBias?: boolean;
  /** The kernel's initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

const OPTIONS = "inputShape outputChannels kernelShape forgetBias useBias kernelInitializer seed".split(" ");

/**
 * Convolutional long short-term memory (Shi et al. 2015, arXiv:1506.04214, without peepholes), for series of 1-, 2- or
 * 3-dimensional images, as TensorFlow 1.x's contrib `ConvLSTMCell` computes it:
 *
 *   i, j, f, o = blocks of [x, h] ⋆ W + b       ⋆: convolution of stride 1, padded with zeros to the same size
 *   c' = σ(f + forgetBias)∘c + σ(i)∘tanh(j)
 *   h' = σ(o)∘tanh(c')
 *
 * A cell takes and gives matrices, so images are flattened: inputs `[batch, inputSize]`, where inputSize is the product of
 * `inputShape`, and outputs and state `[batch, outputSize]`, where outputSize is the product of `outputShape`. All
 * unrollers and wrappers take the cell. The kernel's own number of axes says whether it is 1-, 2- or 3-dimensional.
 *
 * @example
 *   const cell = new ConvLSTMCell({ inputShape: [8, 8, 1], outputChannels: 4, kernelShape: [3, 3], seed: 42 });
 *   const film = tf.randomNormal([2, 5, 8, 8, 1]); // [batch, nSteps, height, width, channels]
 *   const [outputs] = dynamicRnn(cell, tf.reshape<tf.Rank.R3>(film, [2, 5, 64]));
 *   const images = tf.reshape(outputs, [2, 5, ...cell.outputShape]); // [2, 5, 8, 8, 4]
 *
 * @throws ArgumentError when an option is out of range or unknown, or a tensor has the wrong shape
 */
export class ConvLSTMCell implements RNNCell<LSTMState> {
  readonly inputShape: readonly number[];
  /** As `inputShape`, with `outputChannels`. */
  readonly outputShape: readonly number[];
  readonly inputSize: number;
  readonly outputSize: number;
  readonly forgetBias: number;
  /** `[...kernelShape, inputChannels + outputChannels, 4·outputChannels]`: the columns of i, j, f, o. */
  readonly kernel: tf.Variable;
  /** `[4·outputChannels]`, starts at 0; undefined with `useBias: false`. */
  readonly bias: tf.Variable<tf.Rank.R1> | undefined;

  constructor(options: ConvLSTMCellOptions) {
    checkOptions("ConvLSTMCell", options, OPTIONS);
    const { inputShape, outputChannels, kernelShape, forgetBias = 1, useBias = true, seed } = options;
    checkSizes("kernelShape", kernelShape, [1, 2, 3]);
    checkSizes("inputShape", inputShape, [kernelShape.length + 1]);
    checkCount("ConvLSTMCell", "outputChannels", outputChannels);
    checkFinite("ConvLSTMCell", "forgetBias", forgetBias);
    const channels = inputShape.at(-1) as number;
    this.inputShape = [...inputShape];
    this.outputShape = [...inputShape.slice(0, -1), outputChannels];
    this.inputSize = product(this.inputShape);
    this.outputSize = product(this.outputShape);
    this.forgetBias = forgetBias;
    const initial = options.kernelInitializer ?? glorotUniform;
    const shape = [...kernelShape, channels + outputChannels, 4 * outputChannels];
    this.kernel = weight(() => initial(shape as tf.ShapeMap[tf.Rank], seed));
    this.bias = useBias ? weight(() => tf.zeros<tf.Rank.R1>([4 * outputChannels])) : undefined;
  }

  get weights(): Record<string, tf.Variable> {
    return { "conv_lstm_cell/kernel": this.kernel, ...(this.bias && { "conv_lstm_cell/biases": this.bias }) };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  zeroState(batchSize: number): LSTMState {
    return { c: zeroTensor(batchSize, this.outputSize), h: zeroTensor(batchSize, this.outputSize) };
  }

  call(inputs: tf.Tensor2D, state: LSTMState): [tf.Tensor2D, LSTMState] {
    checkTensor("ConvLSTMCell.call", "inputs", inputs, ["batch", this.inputSize]);
    return named(this, () => {
      checkState("ConvLSTMCell.call", "state", state, this.zeroState(inputs.shape[0]));
      const both = tf.concat([this.image(inputs, this.inputShape), this.image(state.h, this.outputShape)], -1);
      return this.finish(this.biased(convolve(both, this.kernel)), state);
    });
  }

  /** The convolution of the inputs is computed for all time steps at once. */
  open(): OpenCell<LSTMState> {
    const [channels, units] = [this.inputShape.at(-1), this.outputShape.at(-1)] as [number, number];
    const [forInputs, forState] = tf.split(this.kernel, [channels, units], this.kernel.rank - 2) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return {
      project: (inputs) => {
        const sums = this.biased(convolve(this.image(inputs, this.inputShape), forInputs));
        return [tf.reshape(sums, [inputs.shape[0], 4 * this.outputSize])];
      },
      step: ([projected], state) => {
        const sums = this.image(projected as tf.Tensor2D, [...this.inputShape.slice(0, -1), 4 * units]);
        return this.finish(tf.add(sums, convolve(this.image(state.h, this.outputShape), forState)), state);
      },
    };
  }

  private finish(sums: tf.Tensor, { c }: LSTMState): [tf.Tensor2D, LSTMState] {
    const [i, j, f, o] = tf.split(sums, 4, -1).map((part) => tf.reshape(part, [c.shape[0], this.outputSize])) as Four;
    const kept = tf.mul(tf.sigmoid(tf.add(f, this.forgetBias)), c);
    const next = tf.add(kept, tf.mul(tf.sigmoid(i), tf.tanh(j))) as tf.Tensor2D;
    const h = tf.mul(tf.tanh(next), tf.sigmoid(o)) as tf.Tensor2D;
    return [h, { c: next, h }];
  }

  private image(flat: tf.Tensor2D, shape: readonly number[]): tf.Tensor {
    return tf.reshape(flat, [flat.shape[0], ...shape]);
  }

  private biased(sums: tf.Tensor): tf.Tensor {
    return this.bias ? tf.add(sums, this.bias) : sums;
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

type Four = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

/** A convolution over 1, 2 or 3 axes, stride 1, padded with zeros to the same size. */
function convolve(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  if (kernel.rank === 3) return tf.conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, 1, "same");
  if (kernel.rank === 4) return tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, "same");
  return tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, 1, "same");
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

function checkSizes(name: string, sizes: readonly number[], counts: readonly number[]): void {
  if (!Array.isArray(sizes) || !counts.includes(sizes.length)) {
    throw new ArgumentError("ConvLSTMCell", name, `a list of ${counts.join(", ")} sizes`, JSON.stringify(sizes));
  }
  sizes.forEach((size, axis) => {
    checkCount("ConvLSTMCell", `${name}[${axis}]`, size);
  });
}
