import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import type { BasicRNNCell } from "../cells/basic-rnn";
import type { GRUCell } from "../cells/gru";
import type { LSTMCell } from "../cells/lstm";
import type { ResetAfterGRUCell } from "../cells/reset-after-gru";
import { ArgumentError } from "../errors";

/** A recurrent layer's weights in the layout of Keras, which is that of PyTorch with transposed matrices. */
export interface RecurrentWeights {
  /** `[inputSize, gates·numUnits]` */
  readonly inputKernel: tf.Tensor2D;
  /** `[outputSize, gates·numUnits]` */
  readonly hiddenKernel: tf.Tensor2D;
  /** `[gates·numUnits]` */
  readonly inputBias: tf.Tensor1D;
  /** `[gates·numUnits]` */
  readonly hiddenBias: tf.Tensor1D;
  /** `[numUnits, outputSize]` */
  readonly projection?: tf.Tensor2D;
}

/** A variable of a cell or layer, and the value to assign to it. */
export type Assignment = readonly [variable: tf.Variable, value: tf.Tensor];

/** The positions of the gates r, u and of the candidate c among the blocks of columns of the other library. */
export type GruOrder = readonly [r: number, u: number, c: number];

/** h' = φ(x·Wi + bi + h·Wh + bh): the two biases are added to one. */
export function assignRnn(cell: BasicRNNCell, layer: RecurrentWeights): Assignment[] {
  return [
    [cell.kernel, joined(layer.inputKernel, layer.hiddenKernel)],
    ...bias(cell, () => cell.bias, tf.add(layer.inputBias, layer.hiddenBias)),
  ];
}

/**
 * PyTorch and Keras order the gates i, f, j, o; our cell orders them i, j, f, o. The two biases are added to one. Our
 * cell adds its `forgetBias` to f and the other libraries add nothing (Keras's `unit_forget_bias` only sets the initial
 * bias), so the number is subtracted from the bias of f.
 */
export function assignLstm(cell: LSTMCell, layer: RecurrentWeights): Assignment[] {
  const [i, f, j, o] = tf.split(tf.add(layer.inputBias, layer.hiddenBias), 4) as tf.Tensor1D[];
  const values = tf.concat([i, j, tf.sub(f as tf.Tensor1D, cell.forgetBias), o] as tf.Tensor1D[]);
  const assignments: Assignment[] = [
    [cell.kernel, columns(joined(layer.inputKernel, layer.hiddenKernel), 4, [0, 2, 1, 3])],
    ...bias(cell, () => cell.bias, values),
  ];
  return layer.projection && cell.projection ? [...assignments, [cell.projection, layer.projection]] : assignments;
}

/** r, u = σ([x, h]·Wg + bg), c = φ([x, r∘h]·Wc + bc): each pair of biases is added to one. */
export function assignGru(cell: GRUCell, layer: RecurrentWeights, [r, u, c]: GruOrder): Assignment[] {
  const kernel = joined(layer.inputKernel, layer.hiddenKernel);
  const values = tf.add(layer.inputBias, layer.hiddenBias) as tf.Tensor1D;
  return [
    [cell.gatesKernel, columns(kernel, 3, [r, u])],
    ...bias(cell, () => cell.gatesBias, columns(values, 3, [r, u])),
    [cell.candidateKernel, columns(kernel, 3, [c])],
    ...bias(cell, () => cell.candidateBias, columns(values, 3, [c])),
  ];
}

/** c = φ(x·Wi + bi + r∘(h·Wh + bh)): the candidate keeps its two biases; the gates' two biases are added to one. */
export function assignResetAfterGru(
  cell: ResetAfterGRUCell,
  layer: RecurrentWeights,
  [r, u, c]: GruOrder,
): Assignment[] {
  const { inputKernel, hiddenKernel, inputBias, hiddenBias } = layer;
  return [
    [cell.gatesKernel, columns(joined(inputKernel, hiddenKernel), 3, [r, u])],
    ...bias(cell, () => cell.gatesBias, columns(tf.add(inputBias, hiddenBias), 3, [r, u])),
    [cell.inputKernel, columns(inputKernel, 3, [c])],
    ...bias(cell, () => cell.inputBias, columns(inputBias, 3, [c])),
    [cell.hiddenKernel, columns(hiddenKernel, 3, [c])],
    ...bias(cell, () => cell.hiddenBias, columns(hiddenBias, 3, [c])),
  ];
}

/**
 * Assigns a bias; nothing where the cell has none and the values are 0.
 *
 * @throws ArgumentError when the cell has no bias for values that are not 0
 */
function bias({ weights }: Pick<RNNCell, "weights">, of: () => tf.Variable, values: tf.Tensor): Assignment[] {
  if (Object.keys(weights ?? {}).some((name) => name.endsWith("/bias"))) return [[of(), values]];
  if (values.dataSync().every((value) => value === 0)) return [];
  const expected = "a cell with biases, because the values (less the forgetBias of an LSTMCell) are not 0";
  throw new ArgumentError("the weights of another library", "part", expected, "one with useBias: false");
}

/** Selects blocks of a tensor whose last axis consists of `count` equal blocks, in the given order. */
function columns(tensor: tf.Tensor, count: number, order: readonly number[]): tf.Tensor {
  const axis = tensor.rank - 1;
  const blocks = tf.split(tensor, count, axis);
  return tf.concat(
    order.map((position) => blocks[position] as tf.Tensor),
    axis,
  );
}

/**
 * Joins two kernels to one of our layout: first the rows that multiply the inputs, then the rows that multiply the
 * state.
 */
const joined = (inputs: tf.Tensor2D, hidden: tf.Tensor2D) => tf.concat2d([inputs, hidden], 0);
