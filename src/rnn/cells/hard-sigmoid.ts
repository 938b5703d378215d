import * as tf from "../../tf";
import type { Activation } from "./basic-rnn";

/**
 * The hard sigmoid of Keras before version 3, three straight lines in place of σ. Before version 2.3 Keras's LSTM and GRU
 * had it as their `recurrent_activation`.
 *
 *   y = clip(0.2·x + 0.5, 0, 1)
 *
 * @example
 *   const cell = new LSTMCell({ inputSize: 3, numUnits: 4, recurrentActivation: hardSigmoid, forgetBias: 0 });
 */
export const hardSigmoid: Activation = (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1) as tf.Tensor2D;
