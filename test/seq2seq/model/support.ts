import { Random } from "../../../src/data";
import { AdamOptimizer, Dense, DropoutWrapper, dynamicRnn, Embedding, GRUCell, type Training } from "../../../src/rnn";
import { type Seq2seqOptions, seq2seqData, seq2seqModelOf } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { crossEntropy, type FitOptions, type Model } from "../../../src/train";

export const BEGIN = 1;
export const END = 2;
const [SOURCE_SIZE, TARGET_SIZE, UNITS] = [9, 11, 8];

type Encoded = { readonly state: tf.Tensor2D };
type Options = Partial<Seq2seqOptions<tf.Tensor2D, Encoded>>;

/** A GRU that reads and a GRU that writes, with dropout on the vectors that the second one reads where it is asked for. */
export function translator({ keep = 1, seed = 1, ...options }: { keep?: number; seed?: number } & Options = {}) {
  const sourceWords = new Embedding({ vocabularySize: SOURCE_SIZE, embeddingSize: 5, seed });
  const targetWords = new Embedding({ vocabularySize: TARGET_SIZE, embeddingSize: 5, seed: seed + 1 });
  const encoder = new GRUCell({ inputSize: 5, numUnits: UNITS, seed: seed + 2 });
  const inner = new GRUCell({ inputSize: 5, numUnits: UNITS, seed: seed + 3 });
  const cell = keep === 1 ? inner : new DropoutWrapper(inner, { inputKeepProb: keep });
  const head = new Dense({ inputSize: UNITS, outputSize: TARGET_SIZE, seed: seed + 4 });
  const encode = (source: tf.Tensor2D, training?: Training, sequenceLength?: tf.Tensor1D) => ({
    state: dynamicRnn(encoder, sourceWords.call(source), { training, sequenceLength })[1],
  });
  const parts = { sourceWords, encoder, targetWords, cell, head };
  return seq2seqModelOf(parts, { encode, cell, embedding: targetWords, head, begin: BEGIN, end: END, ...options });
}

/** Sentences of 1 to 3 tokens whose translation is the sentence backwards, each token moved by 2. */
export function sentences(count = 20, seed = 7) {
  const random = new Random(seed);
  const sources = Array.from({ length: count }, () =>
    Int32Array.from({ length: 1 + random.integer(3) }, () => 1 + random.integer(SOURCE_SIZE - 1)),
  );
  const targets = sources.map((ids) => ids.map((id) => id + 2).reverse());
  return { sources, targets, data: seq2seqData(sources, targets, { begin: BEGIN, end: END }) };
}

/** Options of `fit`, for few and short sentences. */
export const options = (more: Partial<FitOptions> = {}): FitOptions => ({
  loss: crossEntropy,
  optimizer: new AdamOptimizer({ learningRate: 0.02 }),
  epochs: 2,
  batchSize: 10,
  buckets: 1, // one length to compile
  seed: 3,
  progress: false,
  ...more,
});

/** The values of all weights. */
export const numbersOf = (model: Pick<Model, "variables">) =>
  model.variables.map((weight) => Array.from(weight.dataSync()));

/** Two sentences. */
export const batch = () => ({
  source: tf.tensor2d([3, 4, 5, 6, 0, 0], [2, 3], "int32"),
  target: tf.tensor2d([BEGIN, 7, 8, BEGIN, 9, 0], [2, 3], "int32"),
});
