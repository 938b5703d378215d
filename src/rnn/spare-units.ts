import * as tf from "../tf";
import { flattenState, packState, type State } from "./state";

/**
 * Units to spare: a run over time may go through more units than its cell has. What leads to and from them is 0 and stays
 * so, as do they; the cell's own numbers are what they were. (Infinite inputs apart: 0 times infinity is NaN, and their
 * sequence is that from then on, where gates would have saturated.)
 *
 * What for: where the rows of a product are a multiple of 2 KB, all of them begin in the same few places of a processor's
 * first cache and push each other out. On processors with AVX2, 1,024 columns take twice as long as 1,040, and 512 half as
 * long again as 528; that is an LSTM of 256 and of 128 units.
 */
export interface SpareUnits {
  /** The units with those to spare. */
  readonly count: number;
  /** `[rows + n, blocks · n]` to `[rows + count, blocks · count]`; the state's rows come last. */
  kernel(kernel: tf.Tensor2D, blocks: number): tf.Tensor2D;
  /** `[blocks · n]` to `[blocks · count]` */
  vector(vector: tf.Tensor1D, blocks: number): tf.Tensor1D;
  /** A state's parts, `[batch, n]` to `[batch, count]`. */
  widen<S extends State>(state: S): S;
  /** And back. */
  narrow<S extends State>(state: S): S;
  /** `[nSteps, batch, count]` to `[nSteps, batch, n]` */
  narrowOutputs(outputs: tf.Tensor3D): tf.Tensor3D;
}

/** The float32 numbers in 2 KB. */
const BAD_STRIDE = 512;
const SPARE = 4;
/** Fewer inputs do not make up for copying the weights. */
const FEW_ROWS = 128;

/**
 * @param n the cell's units
 * @param blocks how many gates lie side by side in its widest product
 * @param rows the inputs of a run, nSteps·batch
 * @returns undefined where none are needed
 */
export function spareUnits(n: number, blocks: number, rows: number): SpareUnits | undefined {
  if ((n * blocks) % BAD_STRIDE !== 0 || rows < FEW_ROWS) return undefined;
  const count = n + SPARE;
  const none: [number, number] = [0, 0];
  const after: [number, number] = [0, SPARE];
  const each =
    (change: (part: tf.Tensor2D) => tf.Tensor2D) =>
    <S extends State>(state: S) =>
      packState(state, flattenState(state).map(change));
  return {
    count,
    kernel: (kernel, blocks) => {
      const [rows] = kernel.shape;
      const apart = tf.reshape(kernel, [rows, blocks, n]);
      return tf.reshape(tf.pad(apart, [after, none, after]), [rows + SPARE, blocks * count]);
    },
    vector: (vector, blocks) => tf.reshape(tf.pad(tf.reshape(vector, [blocks, n]), [none, after]), [blocks * count]),
    widen: each((part) => tf.pad2d(part, [none, after])),
    narrow: each((part) => tf.slice2d(part, [0, 0], [part.shape[0], n])),
    narrowOutputs: (outputs) => tf.slice3d(outputs, [0, 0, 0], [outputs.shape[0], outputs.shape[1], n]),
  };
}
