import { isCapturing, isExporting } from "../../compile";
import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { openAffine } from "../kernels/affine";
import { unitPadding } from "../kernels/unit-padding";
import { zeroTensor } from "../state";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";

/** A function of a tensor, element by element. */
export type Activation = (x: tf.Tensor2D) => tf.Tensor2D;

/** Those that know not how many units there are, as an own one may, and are finite at 0. */
const OF_ANY_SIZE = new Set<Activation>([tf.tanh, tf.relu, tf.sigmoid]);

export interface BasicRNNCellOptions {
  inputSize: number;
  numUnits: number;
  /** tanh unless told otherwise, as in TensorFlow. */
  activation?: Activation;
  /** Of the kernel; Glorot uniform unless told otherwise. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. */
  seed?: number;
}

export interface BasicRNNWeights {
  /** `[inputSize + numUnits, numUnits]`: the rows of the inputs, then those of the state. */
  readonly kernel: tf.Tensor2D;
  /** `[numUnits]` */
  readonly bias: tf.Tensor1D;
}

/**
 * One step of a basic recurrent layer (Elman 1990, with its output fed back), as TensorFlow 1.x computes it.
 *
 *   h' = φ([x, h]·W + b)
 *
 * @param x `[batch, inputSize]`   @param h `[batch, numUnits]`   @returns h', `[batch, numUnits]`
 */
export function basicRnnStep(
  weights: BasicRNNWeights,
  x: tf.Tensor2D,
  h: tf.Tensor2D,
  activation: Activation = tf.tanh,
): tf.Tensor2D {
  return tf.tidy(() => activation(tf.add(tf.matMul(tf.concat2d([x, h], 1), weights.kernel), weights.bias)));
}

/**
 * The most basic recurrent cell: its output is its state. Equation and shapes: see `basicRnnStep`.
 *
 * @throws ArgumentError on a size that is not a positive whole number, or a tensor of the wrong shape
 */
export class BasicRNNCell implements RNNCell<tf.Tensor2D> {
  readonly inputSize: number;
  readonly outputSize: number;
  /** `[inputSize + numUnits, numUnits]` */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  /** `[numUnits]`, starts at 0. */
  readonly bias: tf.Variable<tf.Rank.R1>;
  private readonly activation: Activation;

  constructor(options: BasicRNNCellOptions) {
    checkOptions("BasicRNNCell", options, ["inputSize", "numUnits", "activation", "kernelInitializer", "seed"]);
    const { inputSize, numUnits, activation = tf.tanh, kernelInitializer = glorotUniform, seed } = options;
    checkFunction("BasicRNNCell", "activation", activation);
    checkCount("BasicRNNCell", "inputSize", inputSize);
    checkCount("BasicRNNCell", "numUnits", numUnits);
    this.inputSize = inputSize;
    this.outputSize = numUnits;
    this.activation = activation;
    this.kernel = weight(() => kernelInitializer([inputSize + numUnits, numUnits], seed));
    this.bias = weight(() => tf.zeros([numUnits]));
  }

  get weights(): Record<string, tf.Variable> {
    return { "basic_rnn_cell/kernel": this.kernel, "basic_rnn_cell/bias": this.bias };
  }

  get variables(): tf.Variable[] {
    return [this.kernel, this.bias];
  }

  zeroState(batchSize: number): tf.Tensor2D {
    return zeroTensor(batchSize, this.outputSize);
  }

  call(inputs: tf.Tensor2D, state: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    checkTensor("BasicRNNCell.call", "inputs", inputs, ["batch", this.inputSize]);
    checkTensor("BasicRNNCell.call", "state", state, [inputs.shape[0], this.outputSize]);
    const h = basicRnnStep(this, inputs, state, this.activation);
    return [h, h];
  }

  open(rows: number): OpenCell<tf.Tensor2D> {
    const canSpare = isCapturing() && !isExporting() && OF_ANY_SIZE.has(this.activation);
    const padding = canSpare ? unitPadding(this.outputSize, 1, rows) : undefined;
    const [kernel, bias] = [padding?.kernel(this.kernel, 1) ?? this.kernel, padding?.vector(this.bias, 1) ?? this.bias];
    const { project, add } = openAffine(kernel, bias, this.inputSize);
    return {
      ...(padding && { padding }),
      inChunks: true,
      project: (inputs, first, count) => [project(inputs, first, count)],
      step: ([projected], state, _draw, time) => {
        const h = this.activation(add(projected as tf.Tensor2D, state, time));
        return [h, h];
      },
    };
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
