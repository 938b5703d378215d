import { isCacheAliasingStride } from "../../compile";
import * as tf from "../../tf";
import { flattenState, packState, type State } from "../state";

/**
 * Units to padding: a run over time may go through more units than its cell has. Weights that lead to and from them are 0, so
 * that the cell's own numbers are what they were. (Infinite ones apart: 0 times infinity is NaN. From a step on whose inputs
 * or states are infinite a GRU's or basic cell's outputs are NaN, an LSTM's from the next.)
 *
 * What for: a cell's products, where their columns hinder them (`isCacheAliasingStride`): an LSTM of 128 units has 512. And where
 * they end in a part of 8 float32, what AVX2 computes at once: the last part costs more than a whole one.
 */
export interface UnitPadding {
  /** The units with those to padding. */
  readonly count: number;
  /** `[rows + n, blocks · n]` to `[rows + count, blocks · count]`; the state's rows come last. */
  kernel(kernel: tf.Tensor2D, blocks: number): tf.Tensor2D;
  /** `[blocks · n]` to `[blocks · count]` */
  vector(vector: tf.Tensor1D, blocks: number): tf.Tensor1D;
  /** A state's parts, `[batch, n]` to `[batch, count]`. */
  pad<S extends State>(state: S): S;
  /** And back. */
  unpad<S extends State>(state: S): S;
  /** `[nSteps, batch, count]` to `[nSteps, batch, n]` */
  unpadOutputs(outputs: tf.Tensor3D): tf.Tensor3D;
}

/** Of four gates 16 numbers, a line of a processor's cache. */
const SPARE = 4;
/** The float32 that are computed at once. */
const AT_ONCE = 8;
/** More to padding for each unit that a cell has cost what they save. */
const FEW = 1 / 32;
/** Fewer inputs do not make up for copying the weights. */
const FEW_ROWS = 128;

/**
 * @param n the cell's units
 * @param blocks how many gates lie side by side in its widest product
 * @param rows the inputs of a run, nSteps·batch
 * @returns undefined where none are needed
 */
export function unitPadding(n: number, blocks: number, rows: number): UnitPadding | undefined {
  const spare = spareCount(n, blocks);
  if (spare === 0 || !(rows >= FEW_ROWS)) return undefined;
  const count = n + spare;
  const none: [number, number] = [0, 0];
  const after: [number, number] = [0, spare];
  const each =
    (change: (part: tf.Tensor2D) => tf.Tensor2D) =>
    <S extends State>(state: S) =>
      packState(state, flattenState(state).map(change));
  return {
    count,
    kernel: (kernel, blocks) => {
      const [rows] = kernel.shape;
      const apart = tf.reshape(kernel, [rows, blocks, n]);
      return tf.reshape(tf.pad(apart, [after, none, after]), [rows + spare, blocks * count]);
    },
    vector: (vector, blocks) => tf.reshape(tf.pad(tf.reshape(vector, [blocks, n]), [none, after]), [blocks * count]),
    pad: each((part) => tf.pad2d(part, [none, after])),
    unpad: each((part) => tf.slice2d(part, [0, 0], [part.shape[0], n])),
    unpadOutputs: (outputs) => tf.slice3d(outputs, [0, 0, 0], [outputs.shape[0], outputs.shape[1], n]),
  };
}

function spareCount(n: number, blocks: number): number {
  // Products of one block are no fused cell's: `compile` sees to those itself.
  if (isCacheAliasingStride(n * blocks)) return blocks > 1 ? SPARE : 0;
  if ((n * blocks) % AT_ONCE === 0) return 0;
  const rest = AT_ONCE - (n % AT_ONCE);
  return rest <= n * FEW && !isCacheAliasingStride((n + rest) * blocks) ? rest : 0;
}
