// Small models of encoder and decoder, untrained: one that does not attend, and one that does.
import {
  Dense,
  dynamicRnn,
  Embedding,
  functionCell,
  GRUCell,
  LSTMCell,
  randomUniform,
  type Training,
} from "../../../src/rnn";
import { type DecodableModel, seq2seqModelOf } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";

export const SOURCE_WORDS = 9;
export const WORDS = 7;
export const BEGIN = 1;
export const END = 2;

interface Sizes {
  readonly seed?: number;
  readonly words?: number;
  /** Added to the end token's logit. Default: 0. */
  readonly end?: number;
}

/** A head whose logits differ much, so that hypotheses do. */
function head(inputSize: number, { seed = 0, words = WORDS, end = 0 }: Sizes): Dense {
  const layer = new Dense({ inputSize, outputSize: words, kernelInitializer: randomUniform(-2, 2), seed: seed + 5 });
  layer.bias.assign(tf.tensor1d(Array.from({ length: words }, (_, id) => (id === END ? end : 0.3 * Math.sin(5 * id)))));
  return layer;
}

export function plainModel(sizes: Sizes = {}): DecodableModel<tf.Tensor2D> {
  const { seed = 0, words = WORDS } = sizes;
  const initializer = randomUniform(-2, 2);
  const sourceWords = new Embedding({ vocabularySize: SOURCE_WORDS, embeddingSize: 5, initializer, seed: seed + 1 });
  const targetWords = new Embedding({ vocabularySize: words, embeddingSize: 5, initializer, seed: seed + 2 });
  const encoder = new LSTMCell({ inputSize: 5, numUnits: 6, seed: seed + 3 });
  const cell = new LSTMCell({ inputSize: 5, numUnits: 6, seed: seed + 4 });
  const own = head(6, sizes);
  const encode = (source: tf.Tensor2D, training?: Training, sequenceLength?: tf.Tensor1D) => ({
    state: dynamicRnn(encoder, sourceWords.call(source), { training, sequenceLength })[1],
  });
  const parts = { sourceWords, encoder, targetWords, cell, head: own };
  return seq2seqModelOf(parts, { encode, cell, embedding: targetWords, head: own, begin: BEGIN, end: END });
}

/** Dot-product attention over the encoder's outputs, in a cell of this file. */
export function attendingModel(sizes: Sizes = {}): DecodableModel<tf.Tensor2D> {
  const { seed = 0, words = WORDS } = sizes;
  const initializer = randomUniform(-2, 2);
  const sourceWords = new Embedding({ vocabularySize: SOURCE_WORDS, embeddingSize: 5, initializer, seed: seed + 1 });
  const targetWords = new Embedding({ vocabularySize: words, embeddingSize: 5, initializer, seed: seed + 2 });
  const encoder = new GRUCell({ inputSize: 5, numUnits: 6, seed: seed + 3 });
  const cell = new GRUCell({ inputSize: 5, numUnits: 6, seed: seed + 4 });
  const own = head(12, sizes);
  const attend = (memory: tf.Tensor3D, lengths: tf.Tensor1D | undefined) => {
    const [rows, places, size] = memory.shape;
    const all = lengths ?? (tf.fill([rows], places, "int32") as tf.Tensor1D);
    const live = tf.less(tf.range(0, places, 1, "int32").expandDims(0), all.expandDims(1));
    return functionCell({
      inputSize: 5,
      outputSize: 12,
      stateSize: { cellState: size, alignments: places },
      call: (x, before: { cellState: tf.Tensor2D; alignments: tf.Tensor2D }) => {
        const [output, cellState] = cell.call(x, before.cellState);
        const scores = tf.mul(tf.matMul(output.expandDims(1), memory, false, true).squeeze([1]), 3);
        const alignments = tf.softmax(
          tf.where(live, scores, tf.fill(scores.shape, Number.NEGATIVE_INFINITY)),
        ) as tf.Tensor2D;
        const context = tf.matMul(alignments.expandDims(1), memory).squeeze([1]) as tf.Tensor2D;
        return [tf.concat2d([output, context], 1), { cellState, alignments }];
      },
    });
  };
  const encode = (source: tf.Tensor2D, training?: Training, lengths?: tf.Tensor1D) => {
    const [memory, state] = dynamicRnn(encoder, sourceWords.call(source), { training, sequenceLength: lengths });
    return { state, memory, lengths };
  };
  const parts = { sourceWords, encoder, targetWords, cell, head: own };
  return seq2seqModelOf(parts, {
    encode,
    cell: ({ memory, lengths }) => attend(memory, lengths),
    embedding: targetWords,
    head: own,
    begin: BEGIN,
    end: END,
  });
}

export const SOURCES = [[3, 4, 5], [6], [7, 8, 3, 4, 1], [5, 5], [8, 7, 6, 5, 4, 3, 2], [2, 2, 2], [4]].map((ids) =>
  Int32Array.from(ids),
);
