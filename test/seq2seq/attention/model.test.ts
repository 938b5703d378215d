import { beforeAll, expect, test } from "vitest";
import { AdamOptimizer, Dense, dynamicRnn, Embedding, GRUCell, type Training } from "../../../src/rnn";
import { AttentionWrapper, alignmentHistory, LuongAttention, seq2seqData, seq2seqModelOf } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { crossEntropy, evaluate, fit } from "../../../src/train";
import { expectClose, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const [BEGIN, END, WORDS] = [1, 2, 8];

/** Sentences of 1 to 5 words; the translation is the sentence read backwards. */
const SOURCES = Array.from({ length: 40 }, (_, i) =>
  Int32Array.from({ length: 1 + (i % 5) }, (_, t) => 3 + ((i * 3 + t * (2 + (i % 3))) % (WORDS - 3))),
);

function translator() {
  const words = new Embedding({ vocabularySize: WORDS, embeddingSize: 6, seed: 1 });
  const encoder = new GRUCell({ inputSize: 6, numUnits: 12, seed: 2 });
  const mechanism = new LuongAttention({ numUnits: 12, memorySize: 12, scale: true, seed: 3 });
  const cell = new AttentionWrapper(new GRUCell({ inputSize: 6 + 12, numUnits: 12, seed: 4 }), mechanism, {
    attentionLayerSize: 12,
    seed: 5,
  });
  const head = new Dense({ inputSize: 12, outputSize: WORDS, seed: 6 });
  const encode = (source: tf.Tensor2D, training?: Training, lengths?: tf.Tensor1D) => {
    const [memory, state] = dynamicRnn(encoder, words.call(source), { training, sequenceLength: lengths });
    return { memory, state, lengths };
  };
  const model = seq2seqModelOf(
    { words, encoder, cell, head },
    {
      encode,
      cell: ({ memory, lengths }) => cell.attend(memory, lengths),
      embedding: words,
      head,
      begin: BEGIN,
      end: END,
    },
  );
  return { model, words, cell, encode };
}

test("a model whose decoder attends learns by fit on ragged sentences; its weights have TensorFlow 1.x's names", async () => {
  const { model, words, cell, encode } = translator();
  const data = seq2seqData(
    SOURCES,
    SOURCES.map((source) => source.slice().reverse()),
    { begin: BEGIN, end: END },
  );
  const history = await fit(model, data, {
    loss: crossEntropy,
    optimizer: new AdamOptimizer({ learningRate: 0.02 }),
    epochs: 12,
    batchSize: 20,
    seed: 7,
    buckets: 1,
    progress: false,
  });
  const losses = history.epochs.map(({ loss }) => loss as number);
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  expect((await evaluate(model, data, { loss: crossEntropy })).loss).toBeLessThan(losses[0] as number);
  expect(Object.keys(model.weights ?? {})).toContain("cell/attention_wrapper/luong_attention/attention_g");
  const source = tf.tensor2d([3, 4, 5, 6, 0, 0], [2, 3], "int32");
  const { memory, state, lengths } = encode(source, undefined, tf.tensor1d([3, 1], "int32"));
  const attended = cell.attend(memory, lengths);
  const initialState = { ...attended.zeroState(2), cellState: state };
  const target = words.call(tf.tensor2d([BEGIN, 5, 4, BEGIN, 6, 0], [2, 3], "int32"));
  const { alignments } = alignmentHistory(attended, target, { initialState });
  expectClose(tf.sum(alignments, 2), tf.ones([2, 3]));
  expectClose(tf.slice(alignments, [1, 0, 1], [1, 3, 2]), tf.zeros([1, 3, 2]), 0);
});

test("a batch with an empty sentence is refused by an error, not attended to silently", async () => {
  const { model } = translator();
  const batch = { source: tf.tensor2d([3, 4, 0, 0], [2, 2], "int32"), target: tf.tensor2d([1, 1], [2, 1], "int32") };
  const lengths = { source: tf.tensor1d([2, 0], "int32") };
  expect(() => model.call(batch, undefined, lengths)).toThrow(/memorySequenceLength\[1\]: expected 1 to 2 .*got 0/);
});
