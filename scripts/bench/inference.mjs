/** Inference of one LSTM: a whole sequence in one call, and token by token, the state carried on. Outputs are read back. */
import { recurrent } from "./tfjs-layers.mjs";

const LSTM = { cell: "lstm", activation: "tanh", batch: 1, timeSteps: 100, inputs: 64, units: 128 };

export const INFERENCE = ["lstm_sequence", "lstm_token"];

/** @returns a function that runs one sequence, or one token, through Unroll */
export function unrollInference({ rnn, compile, tf }, name, { eager }) {
  const cell = new rnn.BasicLSTMCell({ inputSize: LSTM.inputs, numUnits: LSTM.units, seed: 1 });
  const made = (run) => (eager ? run : compile.compile(run, { variables: cell.variables }));
  if (name === "lstm_sequence") {
    const x = tf.randomUniform([LSTM.batch, LSTM.timeSteps, LSTM.inputs]);
    const run = made((inputs) => tf.tidy(() => rnn.dynamicRnn(cell, inputs)[0]));
    return () => readAndDispose(run(x));
  }
  const x = tf.randomUniform([LSTM.batch, LSTM.inputs]);
  const run = made((inputs, c, h) => {
    const [, next] = cell.call(inputs, { c, h });
    return [next.h, next.c];
  });
  let { c, h } = cell.zeroState(LSTM.batch);
  return () => {
    const before = [c, h];
    [h, c] = run(x, c, h);
    tf.dispose(before);
    return h.dataSync();
  };
}

/** The same in TensorFlow.js's layers; one that is stateful carries its state on. */
export function layersInference(tf, name) {
  const stateful = name === "lstm_token";
  const shape = [LSTM.batch, stateful ? 1 : LSTM.timeSteps, LSTM.inputs];
  const options = { returnSequences: !stateful, stateful, batchInputShape: shape };
  const model = tf.sequential({ layers: [recurrent(tf, LSTM, options)] });
  const x = tf.randomUniform(shape);
  return () => readAndDispose(model.predict(x));
}

function readAndDispose(tensor) {
  const values = tensor.dataSync();
  tensor.dispose();
  return values;
}
