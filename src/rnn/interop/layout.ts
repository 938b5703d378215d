import * as tf from "../../tf";
import type { BasicRNNCell } from "../cells/basic-rnn";
import type { GRUCell } from "../cells/gru";
import type { LSTMCell } from "../cells/lstm";
import type { ResetAfterGRUCell } from "../cells/reset-after-gru";

/** A recurrent layer's weights as PyTorch and Keras both have them, once PyTorch's are transposed. */
export interface ForeignLayer {
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

/** A variable of ours and the value it is to have. */
export type Given = readonly [variable: tf.Variable, value: tf.Tensor];

/** Where the gates r, u and the candidate c stand among a foreign layer's columns. */
export type GruOrder = readonly [r: number, u: number, c: number];

/** h' = φ(x·Wi + bi + h·Wh + bh): the two biases become one. */
export function givenRnn(cell: BasicRNNCell, layer: ForeignLayer): Given[] {
  return [
    [cell.kernel, joined(layer.inputKernel, layer.hiddenKernel)],
    [cell.bias, tf.add(layer.inputBias, layer.hiddenBias)],
  ];
}

/**
 * There the gates are i, f, j, o, here i, j, f, o; the two biases become one. This cell adds its `forgetBias` to f, the
 * others add nothing (Keras's `unit_forget_bias` is in the bias), so it is taken from the bias here.
 */
export function givenLstm(cell: LSTMCell, layer: ForeignLayer): Given[] {
  const [i, f, j, o] = tf.split(tf.add(layer.inputBias, layer.hiddenBias), 4) as tf.Tensor1D[];
  const bias = tf.concat([i, j, tf.sub(f as tf.Tensor1D, cell.forgetBias), o] as tf.Tensor1D[]);
  const given: Given[] = [
    [cell.kernel, columns(joined(layer.inputKernel, layer.hiddenKernel), 4, [0, 2, 1, 3])],
    [cell.bias, bias],
  ];
  return layer.projection && cell.projection ? [...given, [cell.projection, layer.projection]] : given;
}

/** r, u = σ([x, h]·Wg + bg), c = φ([x, r∘h]·Wc + bc): the two biases become one everywhere. */
export function givenGru(cell: GRUCell, layer: ForeignLayer, [r, u, c]: GruOrder): Given[] {
  const kernel = joined(layer.inputKernel, layer.hiddenKernel);
  const bias = tf.add(layer.inputBias, layer.hiddenBias) as tf.Tensor1D;
  return [
    [cell.gatesKernel, columns(kernel, 3, [r, u])],
    [cell.gatesBias, columns(bias, 3, [r, u])],
    [cell.candidateKernel, columns(kernel, 3, [c])],
    [cell.candidateBias, columns(bias, 3, [c])],
  ];
}

/** c = φ(x·Wi + bi + r∘(h·Wh + bh)): the candidate's two biases stay apart, those of the gates become one. */
export function givenResetAfterGru(cell: ResetAfterGRUCell, layer: ForeignLayer, [r, u, c]: GruOrder): Given[] {
  const { inputKernel, hiddenKernel, inputBias, hiddenBias } = layer;
  return [
    [cell.gatesKernel, columns(joined(inputKernel, hiddenKernel), 3, [r, u])],
    [cell.gatesBias, columns(tf.add(inputBias, hiddenBias), 3, [r, u])],
    [cell.inputKernel, columns(inputKernel, 3, [c])],
    [cell.inputBias, columns(inputBias, 3, [c])],
    [cell.hiddenKernel, columns(hiddenKernel, 3, [c])],
    [cell.hiddenBias, columns(hiddenBias, 3, [c])],
  ];
}

/** Those blocks, in that order, of a tensor whose last axis is `count` equal blocks. */
function columns(tensor: tf.Tensor, count: number, order: readonly number[]): tf.Tensor {
  const axis = tensor.rank - 1;
  const blocks = tf.split(tensor, count, axis);
  return tf.concat(
    order.map((place) => blocks[place] as tf.Tensor),
    axis,
  );
}

/** One kernel as ours are: rows of the inputs, then those of the state. */
const joined = (inputs: tf.Tensor2D, hidden: tf.Tensor2D) => tf.concat2d([inputs, hidden], 0);
