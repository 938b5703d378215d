import * as tf from "../../tf";
import type { OpenCell, OpenSteps, RNNCell } from "../cell";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { openProduct } from "../kernels/product";
import { splitKernel } from "../kernels/split-kernel";
import { named } from "../named";
import { zeroTensor } from "../state";
import { existing, orZeros } from "../weights/bias";
import { furtherSeed, glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";
import type { Activation } from "./basic-rnn";
import { hasFusedCells } from "./fused-cells";
import { openFusedGRU } from "./gru-fused";
import { type GRUWeights, gruStep, mix } from "./gru-step";
import { openGRUSteps } from "./steps/gru-steps";

export interface GRUCellOptions {
  /** Features of one time step's input. */
  inputSize: number;
  /** Units of the state. */
  numUnits: number;
  /** φ of the candidate. Default: tanh. */
  activation?: Activation;
  /** σ of the gates. `hardSigmoid` is that of Keras before 2.3. Default: sigmoid, with which TensorFlow's fused cell runs. */
  recurrentActivation?: Activation;
  /** Whether the cell has biases. Default: true. */
  useBias?: boolean;
  /** The kernels' initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

/**
 * The gated recurrent unit of TensorFlow 1.x (Cho et al. 2014, arXiv:1406.1078). Its output is its state,
 * `[batch, numUnits]`. The reset gate acts before the product with the state, so weights of Keras's and PyTorch's GRU
 * need `ResetAfterGRUCell`.
 *
 *   r, u = σ([x, h]·Wg + bg)        bg starts at 1
 *   c    = φ([x, r∘h]·Wc + bc)      bc starts at 0
 *   h'   = u∘h + (1 − u)∘c          see `gruStep`
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, state] = dynamicRnn(cell, x, { sequenceLength: [5, 3] }); // [2, 5, 4] and [2, 4]
 *
 * @throws ArgumentError when a size is not a positive whole number, an option is unknown, or a tensor has the wrong
 *   shape
 */
export class GRUCell implements RNNCell<tf.Tensor2D> {
  readonly inputSize: number;
  readonly outputSize: number;
  /** `[inputSize + numUnits, 2·numUnits]`: the columns of the gates r, u. */
  readonly gatesKernel: tf.Variable<tf.Rank.R2>;
  /** `[inputSize + numUnits, numUnits]` */
  readonly candidateKernel: tf.Variable<tf.Rank.R2>;
  /** σ of the gates. */
  readonly recurrentActivation: Activation;
  private readonly activation: Activation;
  private readonly biases: Partial<Record<"gates" | "candidate", tf.Variable<tf.Rank.R1>>>;

  constructor(options: GRUCellOptions) {
    checkOptions("GRUCell", options, GRU_OPTIONS);
    const { inputSize, numUnits, activation = tf.tanh, recurrentActivation = tf.sigmoid } = options;
    const { useBias = true, kernelInitializer, seed } = options;
    checkFunction("GRUCell", "activation", activation);
    checkFunction("GRUCell", "recurrentActivation", recurrentActivation);
    checkCount("GRUCell", "inputSize", inputSize);
    checkCount("GRUCell", "numUnits", numUnits);
    this.inputSize = inputSize;
    this.outputSize = numUnits;
    this.activation = activation;
    this.recurrentActivation = recurrentActivation;
    const initial = kernelInitializer ?? glorotUniform;
    const rows = inputSize + numUnits;
    this.gatesKernel = weight(() => initial([rows, 2 * numUnits], seed));
    const gates = useBias ? weight(() => tf.ones<tf.Rank.R1>([2 * numUnits])) : undefined;
    this.candidateKernel = weight(() => initial([rows, numUnits], furtherSeed(seed, 1)));
    this.biases = gates === undefined ? {} : { gates, candidate: weight(() => tf.zeros<tf.Rank.R1>([numUnits])) };
  }

  /** `[2·numUnits]`, starts at 1. @throws ArgumentError when the cell was made with `useBias: false` */
  get gatesBias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "gatesBias", this.biases.gates);
  }

  /** `[numUnits]`, starts at 0. @throws ArgumentError when the cell was made with `useBias: false` */
  get candidateBias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "candidateBias", this.biases.candidate);
  }

  /** The weights as `gruStep` takes them, with zeros for the biases of a cell that has none. */
  stepWeights(): GRUWeights {
    const { gatesKernel, candidateKernel, biases, outputSize: n } = this;
    const gatesBias = orZeros(biases.gates, 2 * n);
    return { gatesKernel, gatesBias, candidateKernel, candidateBias: orZeros(biases.candidate, n) };
  }

  get weights(): Record<string, tf.Variable> {
    const { gates, candidate } = this.biases;
    return {
      "gru_cell/gates/kernel": this.gatesKernel,
      ...(gates && { "gru_cell/gates/bias": gates }),
      "gru_cell/candidate/kernel": this.candidateKernel,
      ...(candidate && { "gru_cell/candidate/bias": candidate }),
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
    const { activation, recurrentActivation } = this;
    const h = named(this, () => gruStep(this.stepWeights(), inputs, state, activation, recurrentActivation));
    return [h, h];
  }

  /** The inputs' products with the kernels of r, u and c become one product, `[…, 3·numUnits]`. */
  open(inputCount: number): OpenCell<tf.Tensor2D> {
    const { activation, recurrentActivation } = this;
    const { gatesBias, candidateBias } = this.stepWeights();
    if (this.canFuse()) return openFusedGRU(this.stepWeights(), inputCount);
    const [inputGates, stateGates] = splitKernel(this.gatesKernel, this.inputSize);
    const [inputCandidate, stateCandidate] = splitKernel(this.candidateKernel, this.inputSize);
    const inputKernel = tf.concat2d([inputGates, inputCandidate], 1);
    const bias = tf.concat1d([gatesBias, candidateBias]);
    const [gatesProduct, candidateProduct] = [openProduct(stateGates), openProduct(stateCandidate)];
    const n = this.outputSize;
    return {
      project: (inputs) => [tf.add(tf.matMul(inputs, inputKernel), bias)],
      step: ([projected], h) => {
        const [forGates, forCandidate] = tf.split(projected as tf.Tensor2D, [2 * n, n], 1) as [
          tf.Tensor2D,
          tf.Tensor2D,
        ];
        const both = recurrentActivation(tf.add(forGates, gatesProduct(h)));
        const [r, u] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        const next = mix(u, h, activation(tf.add(forCandidate, candidateProduct(tf.mul(r, h)))));
        return [next, next];
      },
    };
  }

  openSteps(): OpenSteps<tf.Tensor2D> {
    return this.canFuse() ? openGRUSteps(this.stepWeights()) : { step: (inputs, state) => this.call(inputs, state) };
  }

  /** Whether TensorFlow's fused cell computes this cell. */
  private canFuse(): boolean {
    return this.activation === tf.tanh && this.recurrentActivation === tf.sigmoid && hasFusedCells();
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

/** The options of both GRU cells. */
export const GRU_OPTIONS = "inputSize numUnits activation recurrentActivation useBias kernelInitializer seed".split(
  " ",
);
