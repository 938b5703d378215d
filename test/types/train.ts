// Only the compiler reads this file: what it says about models and their data is tried, and nothing runs.
import { trainStep } from "../../src/compile";
import { drawnDigits, type NumericArray, numericArray, reberExamples, streams } from "../../src/data";
import {
  AdamOptimizer,
  BasicRNNCell,
  Dense,
  dynamicRnn,
  Embedding,
  GRUCell,
  LSTMCell,
  type LSTMState,
} from "../../src/rnn";
import * as tf from "../../src/tf";
import {
  accuracy,
  binaryCrossEntropy,
  confusionMatrix,
  crossEntropy,
  evaluate,
  type FitOptions,
  fit,
  type LengthsOf,
  type Model,
  modelOf,
  predict,
  type StreamedExamples,
  squaredError,
  statefulModelOf,
  type TensorsOf,
  type TrainingData,
} from "../../src/train";

const optimizer = new AdamOptimizer();
const cell = new BasicRNNCell({ inputSize: 28, numUnits: 8 });
const head = new Dense({ inputSize: 8, outputSize: 10 });
const digits = drawnDigits({ count: 4 });
const strings = reberExamples({ count: 4 });
const flat = { x: numericArray(new Float32Array(8), [4, 2]), y: digits.y };

/** Without a type of x, the data's type says what x is. */
export async function liked(): Promise<void> {
  const model = modelOf({ cell, head }, (x) => head.call(dynamicRnn(cell, x)[1]), { like: digits });
  const typed: Model<tf.Tensor3D, tf.Tensor2D> = model;
  await fit(model, digits, { loss: crossEntropy, optimizer, metrics: { accuracy }, validationData: digits });
  const { shape }: { shape: readonly [number, number] } = await predict(typed, { x: digits.x });
  const counts: NumericArray<Int32Array, 2> = await confusionMatrix(model, digits);
  await evaluate(model, digits, { loss: (outputs, y) => crossEntropy(outputs, y) });
  console.log(shape, counts.shape[1]);
  // @ts-expect-error: the model takes images, the data are lists of numbers
  await fit(model, flat, { loss: crossEntropy, optimizer });
  // @ts-expect-error: as in fit
  await evaluate(model, flat, { loss: crossEntropy });
  // @ts-expect-error: as in fit
  await predict(model, flat);
  // @ts-expect-error: as in fit
  await confusionMatrix(model, flat);
  // @ts-expect-error: the model's one output has no name
  await confusionMatrix(model, digits, { output: "kind" });
  // @ts-expect-error: the model has one output
  await fit(model, digits, { loss: { kind: crossEntropy }, optimizer });
  // @ts-expect-error: the logits are a matrix
  await fit(model, digits, { loss: (outputs: tf.Tensor3D, y: tf.Tensor1D) => crossEntropy(outputs, y), optimizer });
  // @ts-expect-error: the labels are a list
  await fit(model, digits, { loss: (outputs: tf.Tensor2D, y: tf.Tensor2D) => crossEntropy(outputs, y), optimizer });
  // @ts-expect-error: a Dense layer takes no images of four axes
  modelOf({ head }, (x) => head.call(x), { like: { x: numericArray(new Float32Array(1), [1, 1, 1, 1]) } });
}

/** A type of x that the user wrote, lengths, and a ragged list. */
export async function ragged(): Promise<void> {
  const reader = new GRUCell({ inputSize: 7, numUnits: 8 });
  const model = modelOf({ reader, head }, (x: tf.Tensor3D, training, sequenceLength) =>
    head.call(dynamicRnn(reader, x, { training, sequenceLength })[1]),
  );
  await fit(model, strings, { loss: binaryCrossEntropy, optimizer });
  const words = { x: [Int32Array.of(3, 1), Int32Array.of(2)], y: flat.y };
  // @ts-expect-error: a list of word indices is a matrix
  await fit(model, words, { loss: crossEntropy, optimizer });
  const streamed = { batches: 2, batch: (number: number) => ({ x: strings.x.slice(number), y: strings.y }) };
  await fit(model, streamed, { loss: binaryCrossEntropy, optimizer });
  modelOf({ reader }, (x) => dynamicRnn(reader, x)[1], { like: streamed });
  // @ts-expect-error: a list of word indices is a matrix
  await fit(model, { batches: 2, batch: () => words }, { loss: crossEntropy, optimizer });
}

const reader = new GRUCell({ inputSize: 4, numUnits: 8 });
const embedding = new Embedding({ vocabularySize: 9, embeddingSize: 4 });
const kindOf = new Dense({ inputSize: 16, outputSize: 10 });
const tagger = new Dense({ inputSize: 8, outputSize: 3 });
const parts = { cell, embedding, reader, kindOf, tagger };
const captions = {
  x: { image: digits.x, text: [Int32Array.of(3, 1, 2), Int32Array.of(5), Int32Array.of(4), Int32Array.of(1, 1)] },
  y: { kind: digits.y, tags: [Int32Array.of(1, 0, 1), Int32Array.of(0), Int32Array.of(2), Int32Array.of(1, 1)] },
};

/** Two inputs, an image and a ragged text; two outputs, a class and a sequence. */
export async function captioned(): Promise<void> {
  const model = modelOf(
    parts,
    ({ image, text }, training, lengths) => {
      const [, seen] = dynamicRnn(cell, tf.div(image, 255), { training });
      const words = embedding.call(text);
      const [steps, read] = dynamicRnn(reader, words, { training, sequenceLength: lengths?.text });
      return { kind: kindOf.call(tf.concat([seen, read], 1)), tags: tagger.call(steps) };
    },
    { like: captions },
  );
  const loss = { kind: crossEntropy, tags: crossEntropy };
  const validationData = { x: captions.x, y: captions.y };
  await fit(model, captions, { loss, lossWeights: { tags: 0.5 }, optimizer, validationData });
  await fit(model, captions, { loss: { tags: crossEntropy }, optimizer, metrics: { tags: { accuracy } } });
  await fit(model, captions, { loss: ({ kind }, y) => crossEntropy(kind, y.kind), optimizer });
  await evaluate(model, captions, { loss, metrics: { kind: { accuracy } } });
  const { kind, tags } = await predict(model, { x: captions.x }, { steps: { tags: "x.text" } });
  const matrix: NumericArray<Float32Array | Int32Array, 2> = kind;
  const cube: NumericArray<Float32Array | Int32Array, 3> = tags;
  await confusionMatrix(model, captions, { output: "kind" });
  console.log(matrix.shape, cube.shape);

  const { x, y } = captions;
  // @ts-expect-error: the model has no output of this name
  await fit(model, captions, { loss: { kind: crossEntropy, labels: crossEntropy }, optimizer });
  // @ts-expect-error: y has no part of this name
  await fit(model, { x, y: { kind: y.kind } }, { loss, optimizer });
  // @ts-expect-error: one function takes all outputs, and crossEntropy takes a tensor
  await fit(model, captions, { loss: crossEntropy, optimizer });
  // @ts-expect-error: the model also takes a text
  await fit(model, { x: { image: x.image }, y }, { loss, optimizer });
  // @ts-expect-error: the model calls it image
  await fit(model, { x: { picture: x.image, text: x.text }, y }, { loss, optimizer });
  // @ts-expect-error: the model takes a record
  await fit(model, { x: x.image, y }, { loss, optimizer });
  // @ts-expect-error: the image has three axes, the text is a matrix
  await fit(model, { x: { image: x.text, text: x.text }, y }, { loss, optimizer });
  // @ts-expect-error: as in fit
  await predict(model, { x: { image: x.image } });
  // @ts-expect-error: as in fit
  await evaluate(model, captions, { loss: { labels: crossEntropy } });
  // @ts-expect-error: the model has no output of this name
  await confusionMatrix(model, captions, { output: "labels" });
  // @ts-expect-error: the data have no part of this name
  modelOf(parts, ({ picture }) => tf.mean(picture), { like: captions });
}

/** A state that goes on from batch to batch of streams. */
export async function stateful(): Promise<void> {
  const series = numericArray(new Float32Array(100), [50, 2]);
  const data = streams(series, { batchSize: 2, nSteps: 5, targets: "next" });
  const lstm = new LSTMCell({ inputSize: 2, numUnits: 8 });
  const next = new Dense({ inputSize: 8, outputSize: 2 });
  const typed = statefulModelOf({ lstm, next }, (x: tf.Tensor3D, training, _lengths, initialState?: LSTMState) => {
    const [outputs, state] = dynamicRnn(lstm, x, { training, initialState });
    return { outputs: next.call(outputs), state };
  });
  const liked = statefulModelOf(
    { lstm, next },
    (x, training, _lengths, initialState) => {
      const [outputs, state] = dynamicRnn(lstm, x, { training, initialState });
      return { outputs: next.call(outputs), state };
    },
    { like: data, initialState: (rows) => lstm.zeroState(rows) },
  );
  for (const model of [typed, liked]) await fit(model, data, { loss: squaredError, optimizer });
  const cube: NumericArray<Float32Array | Int32Array, 3> = await predict(liked, { x: data.batch(0).x });
  console.log(
    cube.shape,
    modelOf({ lstm }, (x) => dynamicRnn(lstm, x)[0], { like: data }),
  );
  const words = streams(numericArray(new Int32Array(9), [9]), { batchSize: 1, nSteps: 2, targets: "next" });
  // @ts-expect-error: streams of single numbers are matrices
  await fit(typed, words, { loss: squaredError, optimizer });
  // @ts-expect-error: streams without targets
  await fit(typed, streams(series, { batchSize: 2, nSteps: 5 }), { loss: squaredError, optimizer });
}

/** What the types of data and models do not tell, the compiler does not refuse. */
export async function untyped(model: Model, data: TrainingData, options: FitOptions): Promise<void> {
  await fit(model, data, options);
  await fit(model, digits, options);
  const values: number = (await predict(model, data)).shape[3] ?? 0;
  const images = modelOf({ cell }, (x: tf.Tensor3D) => dynamicRnn(cell, x)[1]);
  const shape = [4, 28, 28];
  const loaded = { x: numericArray(new Float32Array(values), shape), y: digits.y };
  await fit(images, data, options);
  await fit(images, loaded, options);
  await fit(
    modelOf({ cell }, (x) => dynamicRnn(cell, x)[1]),
    digits,
    options,
  );
  const streamed: StreamedExamples = { batches: 1, batch: () => data };
  await fit(images, streamed, options);
  const own: Model<tf.Tensor3D, tf.Tensor> = { variables: cell.variables, call: (x) => tf.sum(x, 1) };
  await fit(own, digits, { loss: (outputs: tf.Tensor2D, y: tf.Tensor1D) => crossEntropy(outputs, y), optimizer });
}

/** A library's loss without lengths is a tensor of terms, so that a step of it returns a number. */
export function stepped(images: tf.Tensor3D, labels: tf.Tensor1D): number {
  const loss = (x: tf.Tensor3D, y: tf.Tensor1D) => crossEntropy(head.call(dynamicRnn(cell, x)[1]), y);
  return trainStep(loss, { variables: cell.variables, optimizer })(images, labels);
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The tensors for each type of data. */
export const tensors: [
  Same<TensorsOf<NumericArray<Uint8Array, 3>>, tf.Tensor3D>,
  Same<TensorsOf<NumericArray>, tf.Tensor>,
  Same<TensorsOf<readonly NumericArray<Float32Array, 2>[]>, tf.Tensor3D>,
  Same<TensorsOf<Float32Array[]>, tf.Tensor2D>,
  Same<
    TensorsOf<{ a: NumericArray<Int32Array, 1>; b: Int32Array[] }>,
    { readonly a: tf.Tensor1D; readonly b: tf.Tensor2D }
  >,
  Same<TensorsOf<TrainingData["x"]>, ReturnType<typeof JSON.parse>>,
  Same<LengthsOf<tf.Tensor3D>, tf.Tensor1D>,
  Same<LengthsOf<NumericArray>, tf.Tensor1D>,
  Same<LengthsOf<{ a: tf.Tensor3D }>, { readonly a?: tf.Tensor1D }>,
] = [true, true, true, true, true, true, true, true, true];
