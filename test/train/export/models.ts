import {
  BasicRNNCell,
  bidirectionalDynamicRnn,
  Dense,
  dynamicRnn,
  Embedding,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { type ExportOptions, type Model, modelOf, type Structure } from "../../../src/train";

/** A model to export, with its inputs and a maker of example inputs. */
export interface ExportedModel {
  // biome-ignore lint/suspicious/noExplicitAny: of any inputs and outputs
  readonly model: Model<any, any>;
  readonly inputs: ExportOptions["inputs"];
  give(batch: number, steps: number): { x: Structure<tf.Tensor>; lengths?: Structure<tf.Tensor1D> };
}

const numbers = (batch: number, steps: number, size: number) =>
  tf.randomUniform([batch, steps, size], -1, 1, "float32", batch + steps);
const words = (batch: number, steps: number, count: number) =>
  tf.randomUniform([batch, steps], 0, count, "int32", batch + steps);

/** MNIST, one image row at each time step; scores from the last state. */
function classifier(): ExportedModel {
  const cell = new BasicRNNCell({ inputSize: 28, numUnits: 20, seed: 1 });
  const head = new Dense({ inputSize: 20, outputSize: 10, seed: 2 });
  const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D) => head.call(dynamicRnn(cell, x)[1]));
  return { model, inputs: { x: [null, null, 28] }, give: (batch, steps) => ({ x: numbers(batch, steps, 28) }) };
}

/** A time series with one value at each step; peepholes and a projection. */
function series(): ExportedModel {
  const cell = new LSTMCell({ inputSize: 1, numUnits: 12, usePeepholes: true, numProj: 6, cellClip: 3, seed: 3 });
  const head = new Dense({ inputSize: 6, outputSize: 1, seed: 4 });
  const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D) => head.call(dynamicRnn(cell, x)[0]));
  return { model, inputs: { x: [null, null, 1] }, give: (batch, steps) => ({ x: numbers(batch, steps, 1) }) };
}

/** Characters: character numbers in, logits at every step out, two layers. */
function characters(): ExportedModel {
  const embedding = new Embedding({ vocabularySize: 11, embeddingSize: 5, seed: 5 });
  const cell = new MultiRNNCell([
    new GRUCell({ inputSize: 5, numUnits: 8, seed: 6 }),
    new LSTMCell({ inputSize: 8, numUnits: 7, seed: 7 }),
  ]);
  const head = new Dense({ inputSize: 7, outputSize: 11, seed: 8 });
  const model = modelOf({ embedding, rnn: cell, head }, (x: tf.Tensor2D) =>
    head.call(dynamicRnn(cell, embedding.call(x))[0]),
  );
  const give = (batch: number, steps: number) => ({ x: words(batch, steps, 11) });
  return { model, inputs: { x: { shape: [null, null], dtype: "int32" } }, give };
}

/** Both directions, over sequences of different lengths. */
function bothWays(): ExportedModel {
  const [fw, bw] = [9, 10].map((seed) => new GRUCell({ inputSize: 3, numUnits: 4, seed })) as [GRUCell, GRUCell];
  const head = new Dense({ inputSize: 8, outputSize: 2, seed: 11 });
  const model = modelOf({ fw, bw, head }, (x: tf.Tensor3D, training, sequenceLength) => {
    const [, states] = bidirectionalDynamicRnn(fw, bw, x, { training, sequenceLength });
    return head.call(tf.concat2d(states, 1));
  });
  const give = (batch: number, steps: number) => {
    const lengths = Array.from({ length: batch }, (_, i) => Math.max(0, steps - 3 * i)); // 0 among them
    return { x: numbers(batch, steps, 3), lengths: tf.tensor1d(lengths, "int32") };
  };
  return { model, inputs: { x: [null, null, 3], lengths: [null] }, give };
}

interface Post {
  readonly image: tf.Tensor4D;
  readonly text: tf.Tensor2D;
}

/** An image and a text with its lengths in; a class of both, and a tag for each word, out. */
function posts(): ExportedModel {
  const table = new Embedding({ vocabularySize: 9, embeddingSize: 5, seed: 12 });
  const cell = new GRUCell({ inputSize: 5, numUnits: 6, seed: 13 });
  const kind = new Dense({ inputSize: 18, outputSize: 4, seed: 14 });
  const tag = new Dense({ inputSize: 6, outputSize: 3, seed: 15 });
  const call = ({ image, text }: Post, _: unknown, lengths?: { readonly text?: tf.Tensor1D }) => {
    const [outputs, state] = dynamicRnn(cell, table.call(text), { sequenceLength: lengths?.text });
    const pixels = tf.reshape(image, [-1, 12]) as tf.Tensor2D;
    return { kind: kind.call(tf.concat2d([pixels, state], 1)), tags: tag.call(outputs) };
  };
  const give = (batch: number, steps: number) => {
    const lengths = Array.from({ length: batch }, (_, i) => Math.max(0, steps - 2 * i));
    return {
      x: { image: numbers(batch, 3, 4).reshape([batch, 3, 4, 1]), text: words(batch, steps, 9) },
      lengths: { text: tf.tensor1d(lengths, "int32") },
    };
  };
  const x = { image: [null, 3, 4, 1], text: { shape: [null, null], dtype: "int32" } } as const;
  return { model: modelOf({ table, cell, kind, tag }, call), inputs: { x, lengths: { text: [null] } }, give };
}

export const models: Readonly<Record<string, () => ExportedModel>> = {
  ...{ classifier, series, characters, bothWays, posts },
};
export const names = Object.keys(models);
export const make = (name: string) => (models[name] as (typeof models)["x"])();

/** Batch sizes and numbers of time steps. */
export const SIZES = [1, 7].flatMap((batch) => [1, 28, 300].map((steps) => [batch, steps] as const));
