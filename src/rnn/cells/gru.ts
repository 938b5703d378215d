import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { furtherSeed, glorotUniform, type Initializer } from "../initializers";
import { openProduct } from "../product";
import { zeroTensor } from "../state";
import { splitKernel, weight } from "../weights";
import type { Activation } from "./basic-rnn";
import { hasBlocks } from "./blocks";
import { openGRUBlock } from "./gru-block";

export interface GRUCellOptions {
  inputSize: number;
  numUnits: number;
  /** tanh unless told otherwise. */
  activation?: Activation;
  /** Of the kernels; Glorot uniform unless told otherwise. */
  kernelInitializer?: Initializer;
  seed?: number;
}

export interface GRUWeights {
  /** `[inputSize + numUnits, 2·numUnits]`: columns of the gates r, u. */
  readonly gatesKernel: tf.Tensor2D;
  /** `[2·numUnits]` */
  readonly gatesBias: tf.Tensor1D;
  /** `[inputSize + numUnits, numUnits]` */
  readonly candidateKernel: tf.Tensor2D;
  /** `[numUnits]` */
  readonly candidateBias: tf.Tensor1D;
}

/**
 * One step of a gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), as TensorFlow 1.x computes it.
 *
 *   r, u = σ([x, h]·Wg + bg)        reset and update gates, biases start at 1
 *   c    = φ([x, r∘h]·Wc + bc)      reset before the product; Keras and PyTorch reset after, so their numbers differ
 *   h'   = u∘h + (1 − u)∘c
 *
 * @param x `[batch, inputSize]`   @param h `[batch, numUnits]`   @returns h', `[batch, numUnits]`
 */
export function gruStep(
  weights: GRUWeights,
  x: tf.Tensor2D,
  h: tf.Tensor2D,
  activation: Activation = tf.tanh,
): tf.Tensor2D {
  return tf.tidy(() => {
    const { gatesKernel, gatesBias, candidateKernel, candidateBias } = weights;
    const both = tf.sigmoid(tf.add(tf.matMul(tf.concat2d([x, h], 1), gatesKernel), gatesBias));
    const [r, u] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    const reset = tf.concat2d([x, tf.mul(r, h) as tf.Tensor2D], 1);
    return mix(u, h, activation(tf.add(tf.matMul(reset, candidateKernel), candidateBias)));
  });
}

/** u∘h + (1 − u)∘c */
export function mix(u: tf.Tensor2D, h: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.mul(u, h), tf.mul(tf.sub(1, u), c));
}

/**
 * The gated recurrent unit of TensorFlow 1.x. Equations and shapes: see `gruStep`. Its output is its state.
 *
 * @throws ArgumentError on a size that is not a positive whole number, or a tensor of the wrong shape
 */
export class GRUCell implements RNNCell<tf.Tensor2D> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly gatesKernel: tf.Variable<tf.Rank.R2>;
  readonly gatesBias: tf.Variable<tf.Rank.R1>;
  readonly candidateKernel: tf.Variable<tf.Rank.R2>;
  readonly candidateBias: tf.Variable<tf.Rank.R1>;
  private readonly activation: Activation;

  constructor(options: GRUCellOptions) {
    checkOptions("GRUCell", options, ["inputSize", "numUnits", "activation", "kernelInitializer", "seed"]);
    const { inputSize, numUnits, activation = tf.tanh, kernelInitializer, seed } = options;
    checkFunction("GRUCell", "activation", activation);
    checkCount("GRUCell", "inputSize", inputSize);
    checkCount("GRUCell", "numUnits", numUnits);
    this.inputSize = inputSize;
    this.outputSize = numUnits;
    this.activation = activation;
    const initial = kernelInitializer ?? glorotUniform;
    const rows = inputSize + numUnits;
    this.gatesKernel = weight(() => initial([rows, 2 * numUnits], seed));
    this.gatesBias = weight(() => tf.ones([2 * numUnits]));
    this.candidateKernel = weight(() => initial([rows, numUnits], furtherSeed(seed, 1)));
    this.candidateBias = weight(() => tf.zeros([numUnits]));
  }

  get weights(): Record<string, tf.Variable> {
    return {
      "gru_cell/gates/kernel": this.gatesKernel,
      "gru_cell/gates/bias": this.gatesBias,
      "gru_cell/candidate/kernel": this.candidateKernel,
      "gru_cell/candidate/bias": this.candidateBias,
    };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  zeroState(batchSize: number): tf.Tensor2D {
    return zeroTensor(batchSize, this.outputSize);
  }

  call(inputs: tf.Tensor2D, state: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    checkTensor("GRUCell.call", "inputs", inputs, ["batch", this.inputSize]);
    checkTensor("GRUCell.call", "state", state, [inputs.shape[0], this.outputSize]);
    const h = gruStep(this, inputs, state, this.activation);
    return [h, h];
  }

  /** All three input products become one, `[…, 3·numUnits]`: r, u, c. */
  open(rows: number): OpenCell<tf.Tensor2D> {
    if (this.activation === tf.tanh && hasBlocks()) return openGRUBlock(this, rows);
    const [inputGates, stateGates] = splitKernel(this.gatesKernel, this.inputSize);
    const [inputCandidate, stateCandidate] = splitKernel(this.candidateKernel, this.inputSize);
    const inputKernel = tf.concat2d([inputGates, inputCandidate], 1);
    const bias = tf.concat1d([this.gatesBias, this.candidateBias]);
    const [gatesProduct, candidateProduct] = [openProduct(stateGates), openProduct(stateCandidate)];
    const n = this.outputSize;
    return {
      project: (inputs) => [tf.add(tf.matMul(inputs, inputKernel), bias)],
      step: ([projected], h) => {
        const [forGates, forCandidate] = tf.split(projected as tf.Tensor2D, [2 * n, n], 1) as [
          tf.Tensor2D,
          tf.Tensor2D,
        ];
        const both = tf.sigmoid(tf.add(forGates, gatesProduct(h)));
        const [r, u] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        const next = mix(u, h, this.activation(tf.add(forCandidate, candidateProduct(tf.mul(r, h)))));
        return [next, next];
      },
    };
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
