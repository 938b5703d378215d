// Only the compiler reads this file: what it says about ranks of arrays is tried, and nothing runs.
import {
  batches,
  type Dataset,
  drawnDigits,
  lastStep,
  loadMinTemperatures,
  loadMnist,
  movingDigits,
  type NumericArray,
  numericArray,
  oneHotLetters,
  padSequences,
  readIdx,
  readSafetensors,
  reberExamples,
  scaled,
  scaleOf,
  sliceRows,
  sliceSteps,
  slidingWindows,
  spikeTrains,
  splitExamples,
  takeExamples,
  takeRows,
  timeSeriesWindows,
  withRank,
} from "../../src/data";
import { type Embedding, toTensor } from "../../src/rnn";
import type * as tf from "../../src/tf";

type Matrix = NumericArray<Float32Array, 2>;
type Windows = NumericArray<Float32Array, 3>;

export const shape = [3, 2];
export const matrix: Matrix = numericArray(new Float32Array(6), [3, 2]);
export const anyRank: NumericArray<Float32Array> = matrix;
export const unknown: NumericArray<Float32Array> = numericArray(new Float32Array(6), shape);
export const scalar: NumericArray<Float32Array, 0> = numericArray(new Float32Array(1), []);
export const written: Matrix = { data: new Float32Array(6), shape: [3, 2] };
export const rows: number = matrix.shape[0]; // no undefined: the compiler knows the axis
// @ts-expect-error: the array has two axes
export const cube: Windows = matrix;
// @ts-expect-error: the number of axes is not known
export const known: Matrix = unknown;
// @ts-expect-error: there is no third axis
export const third = matrix.shape[2];

export const taken: Matrix = takeRows(matrix, [0]);
export const sliced: Matrix = sliceRows(matrix, 0, 1);
export const digits: Dataset<Uint8Array, Int32Array, 3, 1> = drawnDigits({ count: 3 });
export const anyDigits: Dataset = digits;
export const some: Dataset<Uint8Array, Int32Array, 3, 1> = takeExamples(digits, [0]);
export const parts: Dataset<Uint8Array, Int32Array, 3, 1>[] = splitExamples(digits, 1);
for (const { x, y } of batches(digits, { batchSize: 2 })) {
  const images: tf.Tensor3D = toTensor(x);
  const labels: tf.Tensor1D = toTensor(y);
  // @ts-expect-error: images have three axes
  const wrong: tf.Tensor2D = toTensor(x);
  [images, labels, wrong].map(({ rank }) => rank);
}

export const clips: NumericArray<Uint8Array, 4> = movingDigits(digits, { count: 2 }).x;
export const strings: readonly Matrix[] = reberExamples({ count: 2 }).x;
export const padded: Windows = padSequences(strings).x;
export const letters: Matrix = oneHotLetters("B");
export const trains: Windows = spikeTrains({ count: 1, nSteps: 9, shortest: 1, longest: 2 }).x;
export const series: Windows = timeSeriesWindows([0]).x;
export const later: Windows = sliceSteps(series, 1, 2);
export const last: Matrix = lastStep(series);
export const windows: Windows = slidingWindows(matrix, { nSteps: 1 }).y;
export const normal: Matrix = scaled(matrix, scaleOf(matrix));

export async function loaded(bytes: Uint8Array): Promise<void> {
  const { train } = await loadMnist();
  const images: NumericArray<Uint8Array, 3> = train.x;
  const { values }: { values: Matrix } = await loadMinTemperatures();
  const read: NumericArray<Uint8Array, 3> = await readIdx(bytes, "images", { itemShape: [28, 28], maxCount: 1 });
  const labels: NumericArray<Uint8Array, 1> = await readIdx(bytes, "labels", { itemShape: [], maxCount: 1 });
  const tensor: tf.Tensor = toTensor(readSafetensors(bytes).kernel ?? images); // a file's ranks are not known
  const kernel: tf.Tensor2D = toTensor(withRank(readSafetensors(bytes).kernel, 2));
  [values.shape, read.shape, labels.shape, tensor.shape, kernel.shape].map(({ length }) => length);
}

/** A word's vector is one more axis. */
export function vectors(embedding: Embedding, word: tf.Tensor1D, words: tf.Tensor2D, given: tf.Tensor): tf.Tensor[] {
  const [one, many]: [tf.Tensor2D, tf.Tensor3D] = [embedding.call(word), embedding.call(words)];
  // @ts-expect-error: the vectors of a list are a matrix
  const wrong: tf.Tensor1D = embedding.call(word);
  return [one, many, wrong, embedding.call(given)];
}
