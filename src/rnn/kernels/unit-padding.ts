import { isCacheAliasingStride } from "../../compile/internal";
import * as tf from "../../tf";
import { flattenState, packState, type State } from "../state";

/**
 * Padding units: a run over time may compute with more units than its cell has, because matmuls with more columns can
 * be faster. All weights to and from a padding unit are 0, so the numbers of the cell's own units do not change. (The
 * exception is infinity, because 0 times infinity is NaN: from the step on whose inputs or states are infinite, the
 * outputs of a GRU or basic cell are NaN; those of an LSTM from the next step on.)
 *
 * Padding pays in two cases. Rows of a multiple of 2 KB alias in the cache (`isCacheAliasingStride`): an LSTM of 128
 * units has 512 columns. And AVX2 computes 8 float32 at once, so that the last, incomplete group of columns costs more
 * than a whole one.
 */
export interface UnitPadding {
  /** The number of units, padding units included. */
  readonly count: number;
  /** Pads a kernel `[k + n, blocks · n]` to `[k + count, blocks · count]`. Its last n rows multiply the state. */
  kernel(kernel: tf.Tensor2D, blocks: number): tf.Tensor2D;
  /** Pads a bias `[blocks · n]` to `[blocks · count]`. */
  vector(vector: tf.Tensor1D, blocks: number): tf.Tensor1D;
  /** Pads each tensor of a state from `[batch, n]` to `[batch, count]`. */
  pad<S extends State>(state: S): S;
  /** Takes each tensor of a state from `[batch, count]` to `[batch, n]`. */
  unpad<S extends State>(state: S): S;
  /** Takes outputs from `[nSteps, batch, count]` to `[nSteps, batch, n]`. */
  unpadOutputs(outputs: tf.Tensor3D): tf.Tensor3D;
}

/** The padding units against cache aliasing: with four gates they are 16 numbers, one cache line. */
const UNALIASED = 4;
/** The number of float32 that AVX2 computes at once. */
const SIMD_WIDTH = 8;
/** Beyond 1/32 extra units, padding costs more than it saves. */
const MOST_EXTRA = 1 / 32;
/** With fewer inputs, copying the weights costs more than padding saves. */
const FEWEST_INPUTS_TO_PAD = 128;

/**
 * Chooses the padding units of one run over time.
 *
 * @param n the cell's units
 * @param blocks the number of gates side by side in the cell's widest product
 * @param inputCount the number of input vectors of the run, nSteps·batch
 * @returns undefined where padding would not pay
 */
export function unitPadding(n: number, blocks: number, inputCount: number): UnitPadding | undefined {
  const extra = extraUnits(n, blocks);
  if (extra === 0 || !(inputCount >= FEWEST_INPUTS_TO_PAD)) return undefined;
  const count = n + extra;
  const none: [number, number] = [0, 0];
  const after: [number, number] = [0, extra];
  const each =
    (change: (part: tf.Tensor2D) => tf.Tensor2D) =>
    <S extends State>(state: S) =>
      packState(state, flattenState(state).map(change));
  return {
    count,
    kernel: (kernel, blocks) => {
      const [rows] = kernel.shape;
      const apart = tf.reshape(kernel, [rows, blocks, n]);
      return tf.reshape(tf.pad(apart, [after, none, after]), [rows + extra, blocks * count]);
    },
    vector: (vector, blocks) => tf.reshape(tf.pad(tf.reshape(vector, [blocks, n]), [none, after]), [blocks * count]),
    pad: each((part) => tf.pad2d(part, [none, after])),
    unpad: each((part) => tf.slice2d(part, [0, 0], [part.shape[0], n])),
    unpadOutputs: (outputs) => tf.slice3d(outputs, [0, 0, 0], [outputs.shape[0], outputs.shape[1], n]),
  };
}

function extraUnits(n: number, blocks: number): number {
  // A cell with one block has no fused cell; its MatMul stands in the graph, where a pass of `compile` pads it.
  if (isCacheAliasingStride(n * blocks)) return blocks > 1 ? UNALIASED : 0;
  if ((n * blocks) % SIMD_WIDTH === 0) return 0;
  const rest = SIMD_WIDTH - (n % SIMD_WIDTH);
  return rest <= n * MOST_EXTRA && !isCacheAliasingStride((n + rest) * blocks) ? rest : 0;
}
