/**
 * The same work in TensorFlow.js's own layers, at their best: the native engine, losses on logits, targets prepared
 * before (one-hot), sigmoid gates, which are one operation where the default hard sigmoid is three.
 */
import { batchOf } from "./network.mjs";

const KINDS = { rnn: "simpleRNN", lstm: "lstm", gru: "gru" };

/** @returns an asynchronous function that trains one step and returns the loss before it */
export function layersStep(tf, workload) {
  const { batch, timeSteps, inputs, outputs, layers, head, loss } = workload;
  const model = tf.sequential();
  for (let layer = 0; layer < layers; layer++) {
    const returnSequences = layer < layers - 1 || head === "every";
    const first = layer === 0 ? { batchInputShape: [batch, timeSteps, inputs] } : {};
    model.add(recurrent(tf, workload, { returnSequences, ...first }));
  }
  model.add(tf.layers.dense({ units: outputs }));
  const crossEntropy = (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits);
  model.compile({ optimizer: tf.train.adam(1e-3), loss: loss === "mse" ? "meanSquaredError" : crossEntropy });
  const [x, y] = batchOf(tf, workload);
  const targets = loss === "mse" ? y : tf.tidy(() => tf.oneHot(y, outputs).toFloat());
  return () => model.trainOnBatch(x, targets);
}

/** One recurrent layer. Orthogonal weights, the default, take long to make and change no time. */
export function recurrent(tf, { cell, activation, units }, options) {
  const gates = cell === "rnn" ? {} : { recurrentActivation: "sigmoid" };
  const weights = { recurrentInitializer: "glorotUniform" };
  return tf.layers[KINDS[cell]]({ units, activation, ...gates, ...weights, ...options });
}
