import { describe } from "../../arguments";
import { ArgumentError, type RNNCell, type State } from "../../rnn";
import { checkCell, checkState } from "../../rnn/internal";
import * as tf from "../../tf";

/** What an encoder made of a batch of sources. */
export interface Encoded {
  /** The first state of the decoder's cell, or of the cell inside of an `AttentionWrapper`. */
  readonly state: State;
  /** What attention looks at, `[batch, nSteps, memorySize]`. Default: nothing. */
  readonly memory?: tf.Tensor3D | undefined;
  /**
   * The number of live time steps of each row of the memory, int32 `[batch]`. Required beside a memory where the sources have lengths.
   * Default: all are live.
   */
  readonly lengths?: tf.Tensor1D | undefined;
}

/** The state of a decoder's cell: a batch of one model has one, but models have different ones. */
// biome-ignore lint/suspicious/noExplicitAny: a cell of any state
export type FirstState = any;

/** A decoder's cell with its first state, for one batch. */
export interface Decoder {
  readonly cell: RNNCell<FirstState>;
  readonly state: FirstState;
}

/**
 * The decoder's cell and first state for one batch. Where the cell's state has a part `cellState`, as an `AttentionWrapper`'s has,
 * and the encoder's state has none, the encoder's state becomes that part and all other parts begin at zero: TensorFlow 1.x's
 * `zero_state(…).clone(cell_state=encoder_state)`.
 *
 * @throws ArgumentError when what `encode` returned has no state, or `cell` returned no cell
 */
export function decoderOf<E extends Encoded>(
  given: RNNCell<FirstState> | ((encoded: E) => RNNCell<FirstState>),
  encoded: E,
): Decoder {
  const where = "seq2seqModelOf";
  if (encoded?.state === undefined || encoded.state === null) {
    throw new ArgumentError(where, "what encode returns", "{ state, memory?, lengths? }", describe(encoded));
  }
  const cell = typeof given === "function" ? given(encoded) : given;
  checkCell(where, cell);
  const { state } = encoded;
  const batch = batchOf(state);
  if (batch === undefined || hasCellState(state)) return { cell, state };
  const zero: State = cell.zeroState(batch);
  const inner = hasCellState(zero) ? (zero.cellState as State) : zero;
  checkState(where, "what encode returns: state", state, inner);
  return { cell, state: hasCellState(zero) ? { ...zero, cellState: state } : state };
}

const hasCellState = (state: State): state is { readonly [name: string]: State } =>
  !(state instanceof tf.Tensor) && !Array.isArray(state) && "cellState" in state;

/** The batch size of a state; undefined for a state without tensors. */
function batchOf(state: State): number | undefined {
  if (state instanceof tf.Tensor) return state.shape[0];
  for (const part of Object.values(state)) {
    const batch = batchOf(part);
    if (batch !== undefined) return batch;
  }
  return undefined;
}
