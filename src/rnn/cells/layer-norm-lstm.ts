import * as tf from "../../tf";
import type { OpenCell, RNNCell } from "../cell";
import { checkCount, checkFinite, checkOptions, checkPositive, checkTensor } from "../checks";
import { openProduct } from "../kernels/product";
import { splitKernel } from "../kernels/split-kernel";
import { layerNorm } from "../layers/layer-norm";
import { named } from "../named";
import { keep, type RandomKey, uniformFrom } from "../random-key";
import { checkState, zeroTensor } from "../state";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";
import type { Activation } from "./basic-rnn";
import { gates, type LSTMState } from "./lstm-step";

export interface LayerNormBasicLSTMCellOptions {
  /** Features of one time step's input. */
  inputSize: number;
  /** Units of the state. */
  numUnits: number;
  /** Added to the forget gate before its sigmoid. Default: 1. */
  forgetBias?: number;
  /** φ. Default: tanh. */
  activation?: Activation;
  /** The initial value of the norms' gains γ. Default: 1. */
  normGain?: number;
  /** The initial value of the norms' shifts β. Default: 0. */
  normShift?: number;
  /**
   * Recurrent dropout without memory loss (Semeniuta et al. 2016): the share of the new memories that a training run
   * keeps. Default: 1.
   */
  dropoutKeepProb?: number;
  /** The kernel's initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

const OPTIONS =
  "inputSize numUnits forgetBias activation normGain normShift dropoutKeepProb kernelInitializer seed".split(" ");
const NORMS = ["input", "transform", "forget", "output", "state"] as const;
type Norm = (typeof NORMS)[number];
type GainAndShift = { readonly gamma: tf.Variable<tf.Rank.R1>; readonly beta: tf.Variable<tf.Rank.R1> };

/**
 * Long short-term memory with layer normalisation of every gate and of the memory, as `LayerNormBasicLSTMCell` in
 * TensorFlow 1.x's contrib computes it. State `{ c, h }`, each `[batch, numUnits]`; the output is h.
 *
 *   i, j, f, o = LN(each block of [x, h]·W)         no bias, because the norms have shifts
 *   c' = LN(σ(f + forgetBias)∘c + σ(i)∘dropout(φ(j)))
 *   h' = σ(o)∘φ(c')
 *
 * @example
 *   const cell = new LayerNormBasicLSTMCell({ inputSize: 3, numUnits: 4, dropoutKeepProb: 0.9, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, { c, h }] = dynamicRnn(cell, x, { training: { seed: 7, step: 0 } }); // dropout is on
 *
 * @throws ArgumentError when an option is out of range or unknown, or a tensor has the wrong shape
 */
export class LayerNormBasicLSTMCell implements RNNCell<LSTMState> {
  readonly inputSize: number;
  readonly outputSize: number;
  /** `[inputSize + numUnits, 4·numUnits]`: the columns of the gates i, j, f, o. */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  /** Gain γ and shift β of each norm, `[numUnits]` each. */
  readonly norms: Readonly<Record<Norm, GainAndShift>>;
  private readonly forgetBias: number;
  private readonly activation: Activation;
  private readonly keepProb: number;

  constructor(options: LayerNormBasicLSTMCellOptions) {
    checkOptions("LayerNormBasicLSTMCell", options, OPTIONS);
    const { inputSize, numUnits, forgetBias = 1, normGain = 1, normShift = 0, dropoutKeepProb = 1 } = options;
    checkCount("LayerNormBasicLSTMCell", "inputSize", inputSize);
    checkCount("LayerNormBasicLSTMCell", "numUnits", numUnits);
    for (const [name, value] of Object.entries({ forgetBias, normGain, normShift })) {
      checkFinite("LayerNormBasicLSTMCell", name, value);
    }
    checkPositive("LayerNormBasicLSTMCell", "dropoutKeepProb", dropoutKeepProb, 1);
    this.inputSize = inputSize;
    this.outputSize = numUnits;
    this.forgetBias = forgetBias;
    this.activation = options.activation ?? tf.tanh;
    this.keepProb = dropoutKeepProb;
    const initial = options.kernelInitializer ?? glorotUniform;
    this.kernel = weight(() => initial([inputSize + numUnits, 4 * numUnits], options.seed));
    const made = NORMS.map((name) => {
      const gamma = weight(() => tf.fill<tf.Rank.R1>([numUnits], normGain));
      return [name, { gamma, beta: weight(() => tf.fill<tf.Rank.R1>([numUnits], normShift)) }];
    });
    this.norms = Object.fromEntries(made);
  }

  get weights(): Record<string, tf.Variable> {
    const scope = "layer_norm_basic_lstm_cell";
    const norms = NORMS.flatMap((name) => [
      [`${scope}/${name}/gamma`, this.norms[name].gamma],
      [`${scope}/${name}/beta`, this.norms[name].beta],
    ]);
    return { [`${scope}/kernel`]: this.kernel, ...Object.fromEntries(norms) };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  zeroState(batchSize: number): LSTMState {
    return { c: zeroTensor(batchSize, this.outputSize), h: zeroTensor(batchSize, this.outputSize) };
  }

  call(inputs: tf.Tensor2D, state: LSTMState, key?: RandomKey): [tf.Tensor2D, LSTMState] {
    checkTensor("LayerNormBasicLSTMCell.call", "inputs", inputs, ["batch", this.inputSize]);
    return named(this, () => {
      checkState("LayerNormBasicLSTMCell.call", "state", state, this.zeroState(inputs.shape[0]));
      return this.finish(tf.matMul(tf.concat2d([inputs, state.h], 1), this.kernel), state, key);
    });
  }

  open(): OpenCell<LSTMState> {
    const [inputKernel, stateKernel] = splitKernel(this.kernel, this.inputSize);
    const product = openProduct(stateKernel);
    return {
      project: (inputs) => [tf.matMul(inputs, inputKernel)],
      step: ([projected], state, key) => this.finish(tf.add(projected as tf.Tensor2D, product(state.h)), state, key),
    };
  }

  private finish(preActivations: tf.Tensor2D, { c }: LSTMState, key?: RandomKey): [tf.Tensor2D, LSTMState] {
    const norm = (x: tf.Tensor2D, name: Norm) => layerNorm(x, this.norms[name].gamma, this.norms[name].beta);
    const [i, j, f, o] = gates(preActivations);
    const fresh = this.dropped(this.activation(norm(j, "transform")), key);
    const kept = tf.mul(c, tf.sigmoid(tf.add(norm(f, "forget"), this.forgetBias)));
    const next = norm(tf.add(kept, tf.mul(tf.sigmoid(norm(i, "input")), fresh)), "state");
    const h = tf.mul(this.activation(next), tf.sigmoid(norm(o, "output"))) as tf.Tensor2D;
    return [h, { c: next, h }];
  }

  private dropped(x: tf.Tensor2D, key: RandomKey | undefined): tf.Tensor2D {
    if (key === undefined || this.keepProb === 1) return x;
    return keep(x, this.keepProb, uniformFrom(key, x.shape));
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
