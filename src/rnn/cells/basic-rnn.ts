import { isCapturing, isExporting } from "../../compile/internal";
import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { openAffine } from "../kernels/affine";
import { unitPadding } from "../kernels/unit-padding";
import { named } from "../named";
import { zeroTensor } from "../state";
import { existing, orZeros } from "../weights/bias";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";

/** A function of a tensor that computes each element of its result from the same element of the tensor. */
export type Activation = (x: tf.Tensor2D) => tf.Tensor2D;

/**
 * The activations that allow padding units: they accept any number of units and are finite at 0. An activation of the
 * caller may do neither.
 */
const PADDABLE = new Set<Activation>([tf.tanh, tf.relu, tf.sigmoid]);

export interface BasicRNNCellOptions {
  /** Features of one time step's input. */
  inputSize: number;
  /** Units of the state. */
  numUnits: number;
  /** φ. Default: tanh, as in TensorFlow. */
  activation?: Activation;
  /** Whether the cell has biases. Default: true. */
  useBias?: boolean;
  /** The kernel's initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

export interface BasicRNNWeights {
  /**
   * `[inputSize + numUnits, numUnits]`: first the rows that multiply the inputs, then the rows that multiply the state.
   */
  readonly kernel: tf.Tensor2D;
  /** `[numUnits]` */
  readonly bias: tf.Tensor1D;
}

/**
 * One step of a basic recurrent layer (Elman 1990; its output is fed back), as TensorFlow 1.x computes it.
 *
 *   h' = φ([x, h]·W + b)
 *
 * @example
 *   const weights: BasicRNNWeights = { kernel: tf.randomNormal([3 + 4, 4]), bias: tf.zeros([4]) };
 *   const h1 = basicRnnStep(weights, tf.ones([2, 3]), tf.zeros([2, 4])); // [batch, numUnits]
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
 * The basic recurrent cell, TensorFlow 1.x's `BasicRNNCell`. Its output is its state, `[batch, numUnits]`.
 *
 *   h' = φ([x, h]·W + b)        see `basicRnnStep`
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 150, activation: tf.relu, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([32, 28, 28]); // [batch, nSteps, inputSize]
 *   const [outputs, state] = dynamicRnn(cell, x); // [32, 28, 150] and [32, 150]
 *
 * @throws ArgumentError when a size is not a positive whole number, an option is unknown, or a tensor has the wrong
 *   shape
 */
export class BasicRNNCell implements RNNCell<tf.Tensor2D> {
  readonly inputSize: number;
  readonly outputSize: number;
  /** `[inputSize + numUnits, numUnits]` */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  private readonly ownBias: tf.Variable<tf.Rank.R1> | undefined;
  private readonly activation: Activation;

  constructor(options: BasicRNNCellOptions) {
    checkOptions("BasicRNNCell", options, OPTIONS);
    const { inputSize, numUnits, activation = tf.tanh, useBias = true } = options;
    const { kernelInitializer = glorotUniform, seed } = options;
    checkFunction("BasicRNNCell", "activation", activation);
    checkCount("BasicRNNCell", "inputSize", inputSize);
    checkCount("BasicRNNCell", "numUnits", numUnits);
    this.inputSize = inputSize;
    this.outputSize = numUnits;
    this.activation = activation;
    this.kernel = weight(() => kernelInitializer([inputSize + numUnits, numUnits], seed));
    this.ownBias = useBias ? weight(() => tf.zeros([numUnits])) : undefined;
  }

  /** `[numUnits]`, starts at 0. @throws ArgumentError when the cell was made with `useBias: false` */
  get bias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "bias", this.ownBias);
  }

  get weights(): Record<string, tf.Variable> {
    return { "basic_rnn_cell/kernel": this.kernel, ...(this.ownBias && { "basic_rnn_cell/bias": this.ownBias }) };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  zeroState(batchSize: number): tf.Tensor2D {
    return zeroTensor(batchSize, this.outputSize);
  }

  call(inputs: tf.Tensor2D, state: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    checkTensor("BasicRNNCell.call", "inputs", inputs, ["batch", this.inputSize]);
    checkTensor("BasicRNNCell.call", "state", state, [inputs.shape[0], this.outputSize]);
    const h = named(this, () => {
      const weights = { kernel: this.kernel, bias: orZeros(this.ownBias, this.outputSize) };
      return basicRnnStep(weights, inputs, state, this.activation);
    });
    return [h, h];
  }

  open(inputCount: number): OpenCell<tf.Tensor2D> {
    const canPad = isCapturing() && !isExporting() && PADDABLE.has(this.activation);
    const padding = canPad ? unitPadding(this.outputSize, 1, inputCount) : undefined;
    const own = orZeros(this.ownBias, this.outputSize);
    const [kernel, bias] = [padding?.kernel(this.kernel, 1) ?? this.kernel, padding?.vector(own, 1) ?? own];
    const { project, add } = openAffine(kernel, bias, this.inputSize);
    return {
      ...(padding && { padding }),
      inChunks: true,
      project: (inputs, first, count) => [project(inputs, first, count)],
      step: ([projected], state, _key, time) => {
        const h = this.activation(add(projected as tf.Tensor2D, state, time));
        return [h, h];
      },
    };
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

const OPTIONS = ["inputSize", "numUnits", "activation", "useBias", "kernelInitializer", "seed"];
