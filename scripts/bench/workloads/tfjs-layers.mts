/**
 * The same work in TensorFlow.js's own layers, at their best: the native engine, losses on logits, targets prepared
 * before (one-hot), sigmoid gates, which are one operation where the default hard sigmoid is three.
 */
import type * as tfjs from "@tensorflow/tfjs";
import type { Tf } from "./library.mts";
import { batchOf } from "./network.mts";
import type { Workload } from "./workload.mts";

/** @returns trains one step and resolves to the loss before it */
export function layersStep(tf: Tf, workload: Workload): () => Promise<unknown> {
  const { batch, timeSteps, inputs, outputs, layers, head, loss } = workload;
  const model = tf.sequential();
  for (let layer = 0; layer < layers; layer++) {
    const returnSequences = layer < layers - 1 || head === "every";
    const first = layer === 0 ? { batchInputShape: [batch, timeSteps, inputs] } : {};
    model.add(recurrent(tf, workload, { returnSequences, ...first }));
  }
  model.add(tf.layers.dense({ units: outputs }));
  const crossEntropy = (labels: tfjs.Tensor, logits: tfjs.Tensor) => tf.losses.softmaxCrossEntropy(labels, logits);
  model.compile({ optimizer: tf.train.adam(1e-3), loss: loss === "mse" ? "meanSquaredError" : crossEntropy });
  const [x, y] = batchOf(tf, workload);
  const targets = loss === "mse" ? y : tf.tidy(() => tf.oneHot(y, outputs).toFloat());
  return () => model.trainOnBatch(x, targets);
}

export interface RecurrentOptions {
  readonly returnSequences: boolean;
  readonly stateful?: boolean;
  readonly batchInputShape?: number[];
}

/** One recurrent layer. Orthogonal weights, the default, take long to make and change no time. */
export function recurrent(
  tf: Tf,
  { cell, activation, units }: Pick<Workload, "cell" | "activation" | "units">,
  options: RecurrentOptions,
): tfjs.layers.Layer {
  const common = { units, activation, recurrentInitializer: "glorotUniform", ...options } as const;
  switch (cell) {
    case "rnn":
      return tf.layers.simpleRNN(common);
    case "lstm":
      return tf.layers.lstm({ ...common, recurrentActivation: "sigmoid" });
    case "gru":
      return tf.layers.gru({ ...common, recurrentActivation: "sigmoid" });
  }
}
