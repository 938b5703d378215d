import * as tf from "../../tf";
import type { OpenCell, OpenSteps, RNNCell } from "../cell";
import { checkTensor } from "../checks";
import { openAffine } from "../kernels/affine";
import { openProduct } from "../kernels/product";
import { named } from "../named";
import { checkState, zeroTensor } from "../state";
import { existing, orZeros } from "../weights/bias";
import { furtherSeed, glorotUniform } from "../weights/initializers";
import { weight } from "../weights/weights";
import type { Activation } from "./basic-rnn";
import { hasFusedCells } from "./fused-cells";
import { openFusedLSTM } from "./lstm-fused";
import { checkLSTMOptions, type LSTMCellOptions } from "./lstm-options";
import { type GateBlocks, gates, type LSTMState, lstmStep } from "./lstm-step";
import { openLSTMSteps } from "./steps/lstm-steps";

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997) as TensorFlow 1.x's `LSTMCell` computes it. Options add
 * peepholes, clipping and a projection. State `{ c: [batch, numUnits], h: [batch, outputSize] }`; the output is h.
 *
 *   i, j, f, o = blocks of [x, h]·W + b
 *   c' = σ(f + forgetBias)∘c + σ(i)∘φ(j)
 *   h' = σ(o)∘φ(c')                        with all options: see `lstmStep`
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 8, usePeepholes: true, numProj: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, { c, h }] = dynamicRnn(cell, x); // [2, 5, 4], [2, 8] and [2, 4]
 *
 * @throws ArgumentError when an option is out of range or unknown, or a tensor has the wrong shape
 */
export class LSTMCell implements RNNCell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly numUnits: number;
  /** Added to the forget gate before its sigmoid. `bias` does not contain this number. */
  readonly forgetBias: number;
  /**
   * `[inputSize + outputSize, 4·numUnits]`: the columns of i, j, f, o; first the rows that multiply the inputs, then
   * the rows that multiply h.
   */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  /** σ of the gates. */
  readonly recurrentActivation: Activation;
  private readonly ownBias: tf.Variable<tf.Rank.R1> | undefined;
  /** Diagonal weights `[numUnits]` from c to the gates f, i and o. */
  readonly peepholes?: Readonly<Record<"f" | "i" | "o", tf.Variable<tf.Rank.R1>>>;
  /** `[numUnits, numProj]`, where `numProj` is set. */
  readonly projection?: tf.Variable<tf.Rank.R2>;
  protected readonly scope: string = "lstm_cell";
  private readonly options: Required<Pick<LSTMCellOptions, "activation">> & LSTMCellOptions;

  constructor(options: LSTMCellOptions) {
    checkLSTMOptions(options);
    const { inputSize, numUnits, numProj, forgetBias = 1, kernelInitializer = glorotUniform, seed } = options;
    this.options = { ...options, activation: options.activation ?? tf.tanh };
    this.recurrentActivation = options.recurrentActivation ?? tf.sigmoid;
    this.inputSize = inputSize;
    this.numUnits = numUnits;
    this.forgetBias = forgetBias;
    this.outputSize = numProj ?? numUnits;
    this.kernel = weight(() => kernelInitializer([inputSize + this.outputSize, 4 * numUnits], seed));
    this.ownBias = options.useBias === false ? undefined : weight(() => tf.zeros([4 * numUnits]));
    if (options.usePeepholes) {
      const diagonal = (n: number) => weight(() => kernelInitializer<tf.Rank.R1>([numUnits], furtherSeed(seed, n)));
      this.peepholes = { f: diagonal(1), i: diagonal(2), o: diagonal(3) };
    }
    if (numProj !== undefined)
      this.projection = weight(() => kernelInitializer([numUnits, numProj], furtherSeed(seed, 4)));
  }

  /**
   * `[4·numUnits]`, starts at 0. `forgetBias` is a number of its own.
   *
   * @throws ArgumentError when the cell was made with `useBias: false`
   */
  get bias(): tf.Variable<tf.Rank.R1> {
    return existing(this, "bias", this.ownBias);
  }

  /** The bias; zeros where the cell has none. */
  biasOrZeros(): tf.Tensor1D {
    return orZeros(this.ownBias, 4 * this.numUnits);
  }

  get weights(): Record<string, tf.Variable> {
    const { scope, kernel, ownBias: bias, peepholes, projection } = this;
    return {
      [`${scope}/kernel`]: kernel,
      ...(bias && { [`${scope}/bias`]: bias }),
      ...(peepholes && {
        [`${scope}/w_f_diag`]: peepholes.f,
        [`${scope}/w_i_diag`]: peepholes.i,
        [`${scope}/w_o_diag`]: peepholes.o,
      }),
      ...(projection && { [`${scope}/projection/kernel`]: projection }),
    };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  zeroState(batchSize: number): LSTMState {
    return { c: zeroTensor(batchSize, this.numUnits), h: zeroTensor(batchSize, this.outputSize) };
  }

  call(inputs: tf.Tensor2D, state: LSTMState): [tf.Tensor2D, LSTMState] {
    const where = `${this.constructor.name}.call`;
    checkTensor(where, "inputs", inputs, ["batch", this.inputSize]);
    return named(this, () => {
      checkState(where, "state", state, this.zeroState(inputs.shape[0]));
      const [i, j, f, o] = gates(tf.add(tf.matMul(tf.concat2d([inputs, state.h], 1), this.kernel), this.biasOrZeros()));
      const { projection: kernel } = this;
      const projection = kernel && ((m: tf.Tensor2D): tf.Tensor2D => tf.matMul(m, kernel));
      return this.finish([i, j, tf.add(f, this.forgetBias), o], state, projection);
    });
  }

  open(inputCount: number): OpenCell<LSTMState> {
    const ownBias = this.biasOrZeros();
    if (this.canFuse()) {
      const { kernel, peepholes, forgetBias } = this;
      return openFusedLSTM({ kernel, bias: ownBias, peepholes, forgetBias }, this.inputSize, inputCount);
    }
    const projection = this.projection && openProduct(this.projection);
    const n = this.numUnits;
    const forget = tf.concat1d([tf.zeros([2 * n]), tf.fill([n], this.forgetBias), tf.zeros([n])]);
    const bias = tf.add(ownBias, forget) as tf.Tensor1D;
    const { project, add } = openAffine(this.kernel, bias, this.inputSize);
    return {
      project: (inputs) => [project(inputs)],
      step: ([projected], state, _key, time) => {
        const sums = add(projected as tf.Tensor2D, state.h, time);
        return this.finish(gates(sums), state, projection);
      },
    };
  }

  openSteps(): OpenSteps<LSTMState> {
    if (!this.canFuse()) return { step: (inputs, state) => this.call(inputs, state) };
    const { kernel, peepholes, forgetBias } = this;
    return openLSTMSteps({ kernel, bias: this.biasOrZeros(), peepholes, forgetBias }, this.inputSize);
  }

  /** Whether TensorFlow's fused cell computes this cell. */
  private canFuse(): boolean {
    const { activation, cellClip } = this.options;
    const isPlain = activation === tf.tanh && cellClip === undefined && this.projection === undefined;
    return isPlain && this.recurrentActivation === tf.sigmoid && hasFusedCells();
  }

  private finish(
    blocks: GateBlocks,
    state: LSTMState,
    project: ((m: tf.Tensor2D) => tf.Tensor2D) | undefined,
  ): [tf.Tensor2D, LSTMState] {
    const { activation, cellClip, projClip } = this.options;
    const next = lstmStep(blocks, state, {
      activation,
      recurrentActivation: this.recurrentActivation,
      peepholes: this.peepholes,
      cellClip,
      project,
      projClip,
    });
    return [next.h, next];
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
