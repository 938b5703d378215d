import { checkOptions } from "../checks";
import { LSTMCell } from "./lstm";
import { BASIC_LSTM_OPTIONS, type BasicLSTMCellOptions } from "./lstm-options";

/**
 * Long short-term memory without peepholes, clipping and projection, TensorFlow 1.x's `BasicLSTMCell`. It computes the
 * same numbers as an `LSTMCell` without these options. The names of its weights differ, so that `importWeights` takes
 * the weights of a TensorFlow 1.x model with this cell.
 *
 * @example
 *   const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 5, 3]); // [batch, nSteps, inputSize]
 *   const [outputs, { c, h }] = dynamicRnn(cell, x); // [2, 5, 4], [2, 4] and [2, 4]
 *
 * @throws ArgumentError when an option is out of range or unknown, or a tensor has the wrong shape
 */
export class BasicLSTMCell extends LSTMCell {
  protected override readonly scope = "basic_lstm_cell";

  constructor(options: BasicLSTMCellOptions) {
    checkOptions("BasicLSTMCell", options, BASIC_LSTM_OPTIONS);
    super(options);
  }
}
