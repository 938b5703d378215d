import * as tf from "../../tf";
import type { Activation } from "./basic-rnn";

/**
 * The weights of a GRU. Each kernel has first the rows that multiply the inputs, then the rows that multiply the state.
 */
export interface GRUWeights {
  /** `[inputSize + numUnits, 2·numUnits]`: the columns of the gates r, u. */
  readonly gatesKernel: tf.Tensor2D;
  /** `[2·numUnits]` */
  readonly gatesBias: tf.Tensor1D;
  /** `[inputSize + numUnits, numUnits]` */
  readonly candidateKernel: tf.Tensor2D;
  /** `[numUnits]` */
  readonly candidateBias: tf.Tensor1D;
}

/**
 * One step of a gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), as TensorFlow 1.x computes it.
 *
 *   r, u = σ([x, h]·Wg + bg)        reset and update gates, biases start at 1
 *   c    = φ([x, r∘h]·Wc + bc)      reset before the product; Keras and PyTorch reset after, so their numbers differ
 *   h'   = u∘h + (1 − u)∘c
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 }); // a cell is a set of weights
 *   const h1 = gruStep(cell, tf.ones([2, 3]), tf.zeros([2, 4])); // [batch, numUnits]
 *
 * @param x `[batch, inputSize]`   @param h `[batch, numUnits]`   @returns h', `[batch, numUnits]`
 */
export function gruStep(
  weights: GRUWeights,
  x: tf.Tensor2D,
  h: tf.Tensor2D,
  activation: Activation = tf.tanh,
  recurrentActivation: Activation = tf.sigmoid,
): tf.Tensor2D {
  return tf.tidy(() => {
    const { gatesKernel, gatesBias, candidateKernel, candidateBias } = weights;
    const both = recurrentActivation(tf.add(tf.matMul(tf.concat2d([x, h], 1), gatesKernel), gatesBias));
    const [r, u] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    const reset = tf.concat2d([x, tf.mul(r, h) as tf.Tensor2D], 1);
    return mix(u, h, activation(tf.add(tf.matMul(reset, candidateKernel), candidateBias)));
  });
}

/** Mixes two tensors by a gate: gate∘a + (1 − gate)∘b. */
export function mix(gate: tf.Tensor2D, a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.mul(gate, a), tf.mul(tf.sub(1, gate), b));
}
