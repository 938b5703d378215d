import { checkCount, checkFunction, describe } from "../../arguments";
import { ArgumentError, Dense, flattenState, packState, type RNNCell, type State } from "../../rnn";
import { checkCell, checkOptions, checkTensor, tidy } from "../../rnn/internal";
import * as tf from "../../tf";
import { statePartsOf } from "./state-parts";

// biome-ignore lint/suspicious/noExplicitAny: the cells of an encoder may have different states
type AnyCell = RNNCell<any>;

export interface DenseBridgeOptions<S extends State> {
  /**
   * Whose state comes: the encoder's cell, or a list of cells, such as those of both directions; or the number of features of a
   * state that is one tensor, such as a picture's.
   */
  from: AnyCell | readonly AnyCell[] | number;
  /** Whose first state is made: the decoder's cell; of an `AttentionWrapper` the cell inside it. */
  to: RNNCell<S>;
  /** φ. Default: tanh, so that the state has the range of a GRU's or a basic cell's. */
  activation?: (x: tf.Tensor2D) => tf.Tensor2D;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

/**
 * Makes a decoder's first state of an encoder's last one, whatever their sizes and kinds are: of both directions one, of an
 * LSTM's a GRU's, of one layer's two layers'. All parts of the encoder's state go through one dense layer.
 *
 *   [s₁, s₂, …] = φ([h₁, h₂, …]·W + b)      h: the parts of the encoder's state, s: the parts of the decoder's
 *
 * Where sizes and kinds fit, `bridgeState` needs no weights.
 *
 * @example
 *   const forward = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
 *   const backward = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 2 });
 *   const decoder = new GRUCell({ inputSize: 3, numUnits: 6, seed: 3 });
 *   const bridge = new DenseBridge({ from: [forward, backward], to: decoder, seed: 4 }); // a part of the model
 *   const [, states] = bidirectionalDynamicRnn(forward, backward, tf.ones([2, 5, 3]));
 *   const initialState = bridge.call(states); // [2, 6]
 *
 * @throws ArgumentError when an option is wrong or unknown
 */
export class DenseBridge<S extends State> {
  readonly inputSize: number;
  readonly outputSize: number;
  private readonly dense: Dense;
  private readonly to: RNNCell<S>;
  private readonly sizes: readonly number[];

  constructor(options: DenseBridgeOptions<S>) {
    checkOptions("DenseBridge", options, ["from", "to", "activation", "seed"]);
    const { from, to, activation = (x: tf.Tensor2D) => tf.tanh(x), seed } = options;
    checkFunction("DenseBridge", "activation", activation);
    if (typeof from === "number") checkCount("DenseBridge", "from", from);
    checkCell("DenseBridge", to);
    this.to = to;
    this.sizes = sizesOf(to);
    this.inputSize = typeof from === "number" ? from : sum(cellsOf(from).flatMap(sizesOf));
    this.outputSize = sum(this.sizes);
    checkCount("DenseBridge", "features of the decoder's state", this.outputSize);
    this.dense = new Dense({
      inputSize: this.inputSize,
      outputSize: this.outputSize,
      activation,
      ...(seed !== undefined && { seed }),
    });
  }

  get weights(): Record<string, tf.Variable> {
    return { "dense_bridge/kernel": this.dense.kernel, "dense_bridge/bias": this.dense.bias };
  }

  get variables(): tf.Variable[] {
    return this.dense.variables;
  }

  /**
   * @param state the encoder's state; its tensors are `[batch, …]` and have `inputSize` features together
   * @returns the decoder's first state
   * @throws ArgumentError that names the expected and the actual number of features
   */
  call(state: State): S {
    return tidy(() => {
      const parts = statePartsOf("DenseBridge.call", state);
      const [first] = parts;
      if (first === undefined)
        throw new ArgumentError("DenseBridge.call", "state", "a state with tensors", describe(state));
      const joined = parts.length === 1 ? first : tf.concat2d(parts, 1);
      checkTensor("DenseBridge.call", "state, its parts side by side", joined, ["batch", this.inputSize]);
      const activated = this.dense.call(joined);
      checkTensor("DenseBridge.call", "what activation returns", activated, [joined.shape[0], this.outputSize]);
      const made = tf.split(activated, [...this.sizes], 1) as tf.Tensor2D[];
      return packState(this.to.zeroState(1), made);
    });
  }

  dispose(): void {
    this.dense.dispose();
  }
}

function cellsOf(from: AnyCell | readonly AnyCell[]): readonly AnyCell[] {
  const cells: readonly AnyCell[] = Array.isArray(from) ? from : [from as AnyCell];
  if (cells.length === 0) throw new ArgumentError("DenseBridge", "from", "at least one cell", "none");
  for (const cell of cells) checkCell("DenseBridge", cell);
  return cells;
}

/** The features of each tensor of a cell's state. */
const sizesOf = (cell: AnyCell): number[] => {
  const sizes: number[] = [];
  tf.tidy(() => {
    const parts: tf.Tensor2D[] = flattenState(cell.zeroState(1));
    sizes.push(...parts.map(({ shape }) => shape[1]));
  });
  return sizes;
};

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
