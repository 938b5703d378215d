import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { openProduct } from "../kernels/product";
import { splitKernel } from "../kernels/split-kernel";
import { named } from "../named";
import { zeroTensor } from "../state";
import { existing, orZeros } from "../weights/bias";
import { furtherSeed, glorotUniform } from "../weights/initializers";
import { weight } from "../weights/weights";
import type { Activation } from "./basic-rnn";
import { GRU_OPTIONS, type GRUCellOptions } from "./gru";
import { mix } from "./gru-step";

/** The weights of a GRU whose reset gate acts after the product with the state. */
export interface ResetAfterGRUWeights {
  /** `[inputSize + numUnits, 2·numUnits]`: the columns of the gates r, u; first the inputs' rows, then the state's. */
  readonly gatesKernel: tf.Tensor2D;
  /** `[2·numUnits]` */
  readonly gatesBias: tf.Tensor1D;
  /** `[inputSize, numUnits]` */
  readonly inputKernel: tf.Tensor2D;
  /** `[numUnits]` */
  readonly inputBias: tf.Tensor1D;
  /** `[numUnits, numUnits]` */
  readonly hiddenKernel: tf.Tensor2D;
  /** `[numUnits]` */
  readonly hiddenBias: tf.Tensor1D;
}

/**
 * One step of the gated recurrent unit as cuDNN, Keras (`reset_after=True`) and PyTorch compute it. The reset gate acts
 * after the product with h, so that all products with h can be computed as one.
 *
 *   r, u = σ([x, h]·Wg + bg)
 *   c    = φ(x·Wi + bi + r∘(h·Wh + bh))
 *   h'   = u∘h + (1 − u)∘c
 *
 * @example
 *   const cell = new ResetAfterGRUCell({ inputSize: 3, numUnits: 4, seed: 42 }); // a cell is a set of weights
 *   const h1 = resetAfterGruStep(cell, tf.ones([2, 3]), tf.zeros([2, 4])); // [batch, numUnits]
 *
 * @param x `[batch, inputSize]`   @param h `[batch, numUnits]`   @returns h', `[batch, numUnits]`
 */
export function resetAfterGruStep(
  weights: ResetAfterGRUWeights,
  x: tf.Tensor2D,
  h: tf.Tensor2D,
  activation: Activation = tf.tanh,
  recurrentActivation: Activation = tf.sigmoid,
): tf.Tensor2D {
  return tf.tidy(() => {
    const both = recurrentActivation(tf.add(tf.matMul(tf.concat2d([x, h], 1), weights.gatesKernel), weights.gatesBias));
    const [r, u] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    const fromInputs = tf.add(tf.matMul(x, weights.inputKernel), weights.inputBias);
    const fromState = tf.add(tf.matMul(h, weights.hiddenKernel), weights.hiddenBias);
    return mix(u, h, activation(tf.add(fromInputs, tf.mul(r, fromState))));
  });
}

/**
 * The gated recurrent unit of cuDNN, Keras and PyTorch. The names of its weights are those of TensorFlow 1.x's
 * `CudnnCompatibleGRUCell`. Its output is its state, `[batch, numUnits]`.
 *
 *   r, u = σ([x, h]·Wg + bg)                   bg starts at 1
 *   c    = φ(x·Wi + bi + r∘(h·Wh + bh))        bi and bh start at 0
 *   h'   = u∘h + (1 − u)∘c                     see `resetAfterGruStep`
 *
 * @example
 *   const cell = new ResetAfterGRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, state] = dynamicRnn(cell, x); // [2, 5, 4] and [2, 4]
 *
 * @throws ArgumentError when a size is not a positive whole number, an option is unknown, or a tensor has the wrong
 *   shape
 */
export class ResetAfterGRUCell implements RNNCell<tf.Tensor2D> {
  readonly inputSize: number;
  readonly outputSize: number;
  /** `[inputSize + numUnits, 2·numUnits]`: the columns of the gates r, u. */
  readonly gatesKernel: tf.Variable<tf.Rank.R2>;
  /** `[inputSize, numUnits]` */
  readonly inputKernel: tf.Variable<tf.Rank.R2>;
  /** `[numUnits, numUnits]` */
  readonly hiddenKernel: tf.Variable<tf.Rank.R2>;
  /** σ of the gates. */
  readonly recurrentActivation: Activation;
  private readonly activation: Activation;
  private readonly biases: Partial<Record<"gates" | "input" | "hidden", tf.Variable<tf.Rank.R1>>>;

  constructor(options: GRUCellOptions) {
    checkOptions("ResetAfterGRUCell", options, GRU_OPTIONS);
    const { inputSize, numUnits, activation = tf.tanh, recurrentActivation = tf.sigmoid } = options;
    const { useBias = true, kernelInitializer, seed } = options;
    checkFunction("ResetAfterGRUCell", "activation", activation);
    checkFunction("ResetAfterGRUCell", "recurrentActivation", recurrentActivation);
    checkCount("ResetAfterGRUCell", "inputSize", inputSize);
    checkCount("ResetAfterGRUCell", "numUnits", numUnits);
    this.inputSize = inputSize;
    this.outputSize = numUnits;
    this.activation = activation;
    this.recurrentActivation = recurrentActivation;
    const initial = (shape: [number, number], n: number) =>
      weight(() => (kernelInitializer ?? glorotUniform)<tf.Rank.R2>(shape, furtherSeed(seed, n)));
    this.gatesKernel = initial([inputSize + numUnits, 2 * numUnits], 0);
    const gates = useBias ? weight(() => tf.ones<tf.Rank.R1>([2 * numUnits])) : undefined;
    this.inputKernel = initial([inputSize, numUnits], 1);
    const input = useBias ? weight(() => tf.zeros<tf.Rank.R1>([numUnits])) : undefined;
    this.hiddenKernel = initial([numUnits, numUnits], 2);
    const hidden = useBias ? weight(() => tf.zeros<tf.Rank.R1>([numUnits])) : undefined;
    this.biases = { ...(gates && { gates }), ...(input && { input }), ...(hidden && { hidden }) };
  }

  /** `[2·numUnits]`, starts at 1. @throws ArgumentError when the cell was made with `useBias: false` */
  get gatesBias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "gatesBias", this.biases.gates);
  }

  /** `[numUnits]`, starts at 0. @throws ArgumentError when the cell was made with `useBias: false` */
  get inputBias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "inputBias", this.biases.input);
  }

  /** `[numUnits]`, starts at 0. @throws ArgumentError when the cell was made with `useBias: false` */
  get hiddenBias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "hiddenBias", this.biases.hidden);
  }

  /** The weights as `resetAfterGruStep` takes them, with zeros for the biases of a cell that has none. */
  stepWeights(): ResetAfterGRUWeights {
    const { gatesKernel, inputKernel, hiddenKernel, biases, outputSize: n } = this;
    const [gatesBias, inputBias] = [orZeros(biases.gates, 2 * n), orZeros(biases.input, n)];
    return { gatesKernel, gatesBias, inputKernel, inputBias, hiddenKernel, hiddenBias: orZeros(biases.hidden, n) };
  }

  get weights(): Record<string, tf.Variable> {
    const scope = "cudnn_compatible_gru_cell";
    const { gates, input, hidden } = this.biases;
    return {
      [`${scope}/gates/kernel`]: this.gatesKernel,
      ...(gates && { [`${scope}/gates/bias`]: gates }),
      [`${scope}/candidate/input_projection/kernel`]: this.inputKernel,
      ...(input && { [`${scope}/candidate/input_projection/bias`]: input }),
      [`${scope}/candidate/hidden_projection/kernel`]: this.hiddenKernel,
      ...(hidden && { [`${scope}/candidate/hidden_projection/bias`]: hidden }),
    };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  zeroState(batchSize: number): tf.Tensor2D {
    return zeroTensor(batchSize, this.outputSize);
  }

  call(inputs: tf.Tensor2D, state: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
    checkTensor("ResetAfterGRUCell.call", "inputs", inputs, ["batch", this.inputSize]);
    checkTensor("ResetAfterGRUCell.call", "state", state, [inputs.shape[0], this.outputSize]);
    const { activation, recurrentActivation } = this;
    const h = named(this, () => resetAfterGruStep(this.stepWeights(), inputs, state, activation, recurrentActivation));
    return [h, h];
  }

  /** One product of the inputs and one of the state, each with the columns of r, u, c: `[…, 3·numUnits]`. */
  open(): OpenCell<tf.Tensor2D> {
    const n = this.outputSize;
    const [inputGates, stateGates] = splitKernel(this.gatesKernel, this.inputSize);
    const inputKernel = tf.concat2d([inputGates, this.inputKernel], 1);
    const weights = this.stepWeights();
    const inputBias = tf.concat1d([weights.gatesBias, weights.inputBias]);
    const product = openProduct(tf.concat2d([stateGates, this.hiddenKernel], 1));
    const parts = (x: tf.Tensor2D) => tf.split(x, [2 * n, n], 1) as [tf.Tensor2D, tf.Tensor2D];
    return {
      project: (inputs) => [tf.add(tf.matMul(inputs, inputKernel), inputBias)],
      step: ([projected], h) => {
        const [gatesFromInputs, fromInputs] = parts(projected as tf.Tensor2D);
        const [gatesFromState, fromState] = parts(product(h));
        const both = this.recurrentActivation(tf.add(gatesFromInputs, gatesFromState));
        const [r, u] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
        const reset = tf.mul(r, tf.add(fromState, weights.hiddenBias));
        const next = mix(u, h, this.activation(tf.add(fromInputs, reset)));
        return [next, next];
      },
    };
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
