import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFinite, checkFunction, checkNotNegative, checkOptions, checkTensor } from "../checks";
import { ArgumentError } from "../errors";
import { openAffine } from "../kernels/affine";
import { openProduct } from "../kernels/product";
import { checkState, zeroTensor } from "../state";
import { tidy } from "../tidy";
import { furtherSeed, glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";
import type { Activation } from "./basic-rnn";
import { hasFusedCells } from "./fused-cells";
import { openFusedLSTM } from "./lstm-fused";
import { type GateBlocks, gates, type LSTMState, lstmStep } from "./lstm-step";

export interface BasicLSTMCellOptions {
  /** Features of one time step's input. */
  inputSize: number;
  /** Units of the memory c. */
  numUnits: number;
  /** Added to the forget gate before its sigmoid, so that an untrained cell keeps its memory. Default: 1. */
  forgetBias?: number;
  /** φ. Default: tanh. */
  activation?: Activation;
  /** The initial values of the kernel, the peepholes and the projection. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

export interface LSTMCellOptions extends BasicLSTMCellOptions {
  /** Adds peepholes: weights from the memory c to the gates (Gers and Schmidhuber 2000). Default: false. */
  usePeepholes?: boolean;
  /** Clips c to [−cellClip, cellClip]; with 0 to 0, as TensorFlow 1.x does. Default: no clipping. */
  cellClip?: number;
  /** Projects the output to this number of features (Sak et al. 2014, arXiv:1402.1128). Default: no projection. */
  numProj?: number;
  /** Clips the projected output to [−projClip, projClip]. With 0 to 0. Needs `numProj`. Default: no clipping. */
  projClip?: number;
}

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
  /** `[4·numUnits]`, starts at 0. `forgetBias` is a number of its own. */
  readonly bias: tf.Variable<tf.Rank.R1>;
  /** Diagonal weights `[numUnits]` from c to the gates f, i and o. */
  readonly peepholes?: Readonly<Record<"f" | "i" | "o", tf.Variable<tf.Rank.R1>>>;
  /** `[numUnits, numProj]`, where `numProj` is set. */
  readonly projection?: tf.Variable<tf.Rank.R2>;
  protected readonly scope: string = "lstm_cell";
  private readonly options: Required<Pick<LSTMCellOptions, "activation">> & LSTMCellOptions;

  constructor(options: LSTMCellOptions) {
    checkAll(options);
    const { inputSize, numUnits, numProj, forgetBias = 1, kernelInitializer = glorotUniform, seed } = options;
    this.options = { ...options, activation: options.activation ?? tf.tanh };
    this.inputSize = inputSize;
    this.numUnits = numUnits;
    this.forgetBias = forgetBias;
    this.outputSize = numProj ?? numUnits;
    this.kernel = weight(() => kernelInitializer([inputSize + this.outputSize, 4 * numUnits], seed));
    this.bias = weight(() => tf.zeros([4 * numUnits]));
    if (options.usePeepholes) {
      const diagonal = (n: number) => weight(() => kernelInitializer<tf.Rank.R1>([numUnits], furtherSeed(seed, n)));
      this.peepholes = { f: diagonal(1), i: diagonal(2), o: diagonal(3) };
    }
    if (numProj !== undefined)
      this.projection = weight(() => kernelInitializer([numUnits, numProj], furtherSeed(seed, 4)));
  }

  get weights(): Record<string, tf.Variable> {
    const { scope, kernel, bias, peepholes, projection } = this;
    return {
      [`${scope}/kernel`]: kernel,
      [`${scope}/bias`]: bias,
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
    return tidy(() => {
      checkState(where, "state", state, this.zeroState(inputs.shape[0]));
      const [i, j, f, o] = gates(tf.add(tf.matMul(tf.concat2d([inputs, state.h], 1), this.kernel), this.bias));
      const { projection: kernel } = this;
      const projection = kernel && ((m: tf.Tensor2D): tf.Tensor2D => tf.matMul(m, kernel));
      return this.finish([i, j, tf.add(f, this.forgetBias), o], state, projection);
    });
  }

  open(inputCount: number): OpenCell<LSTMState> {
    const { activation, cellClip } = this.options;
    const isPlain = activation === tf.tanh && cellClip === undefined && this.projection === undefined;
    if (isPlain && hasFusedCells()) return openFusedLSTM(this, this.inputSize, inputCount);
    const projection = this.projection && openProduct(this.projection);
    const n = this.numUnits;
    const forget = tf.concat1d([tf.zeros([2 * n]), tf.fill([n], this.forgetBias), tf.zeros([n])]);
    const bias = tf.add(this.bias, forget) as tf.Tensor1D;
    const { project, add } = openAffine(this.kernel, bias, this.inputSize);
    return {
      project: (inputs) => [project(inputs)],
      step: ([projected], state, _key, time) => {
        const sums = add(projected as tf.Tensor2D, state.h, time);
        return this.finish(gates(sums), state, projection);
      },
    };
  }

  private finish(
    blocks: GateBlocks,
    state: LSTMState,
    project: ((m: tf.Tensor2D) => tf.Tensor2D) | undefined,
  ): [tf.Tensor2D, LSTMState] {
    const { activation, cellClip, projClip } = this.options;
    const next = lstmStep(blocks, state, { activation, peepholes: this.peepholes, cellClip, project, projClip });
    return [next.h, next];
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

/**
 * Long short-term memory without peepholes, clipping and projection, TensorFlow 1.x's `BasicLSTMCell`. It computes the
 * same numbers as an `LSTMCell` without these options. The names of its weights differ, so that `importWeights` takes
 * the weights of a TensorFlow 1.x model with this cell.
 *
 * @example
 *   const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, { c, h }] = dynamicRnn(cell, x); // [2, 5, 4], [2, 4] and [2, 4]
 *
 * @throws ArgumentError when an option is out of range or unknown, or a tensor has the wrong shape
 */
export class BasicLSTMCell extends LSTMCell {
  protected override readonly scope = "basic_lstm_cell";

  constructor(options: BasicLSTMCellOptions) {
    checkOptions("BasicLSTMCell", options, OPTIONS);
    super(options);
  }
}

const OPTIONS = ["inputSize", "numUnits", "forgetBias", "activation", "kernelInitializer", "seed"];
const MORE_OPTIONS = [...OPTIONS, "usePeepholes", "cellClip", "numProj", "projClip"];

function checkAll(options: LSTMCellOptions): void {
  checkOptions("LSTMCell", options, MORE_OPTIONS);
  const { inputSize, numUnits, numProj, forgetBias = 1, activation, cellClip, projClip } = options;
  if (activation !== undefined) checkFunction("LSTMCell", "activation", activation);
  checkCount("LSTMCell", "inputSize", inputSize);
  checkCount("LSTMCell", "numUnits", numUnits);
  if (numProj !== undefined) checkCount("LSTMCell", "numProj", numProj);
  checkFinite("LSTMCell", "forgetBias", forgetBias);
  if (cellClip !== undefined) checkNotNegative("LSTMCell", "cellClip", cellClip);
  if (projClip !== undefined && numProj === undefined) {
    throw new ArgumentError("LSTMCell", "projClip", "a projection to clip, numProj", "none");
  }
  if (projClip !== undefined) checkNotNegative("LSTMCell", "projClip", projClip);
}
