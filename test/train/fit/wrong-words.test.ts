// A word index outside the vocabulary gives the same error compiled and eager: it names the example and the time step.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray } from "../../../src/data";
import { AdamOptimizer, ArgumentError, Dense, Embedding, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { confusionMatrix, crossEntropy, evaluate, fit, type Model, modelOf, predict } from "../../../src/train";
import { expectNoTensors, labels, quick, weightsOf } from "../support";

beforeAll(() => tf.ready());

const WORDS = 5;
const table = new Embedding({ vocabularySize: WORDS, embeddingSize: 3, seed: 1 });
const head = new Dense({ inputSize: 3, outputSize: 2, seed: 2 });
const meanOf = (vectors: tf.Tensor) => head.call(tf.mean<tf.Tensor2D>(vectors, 1));
const bagOfWords = (): Model =>
  modelOf({ table, head }, (x: tf.Tensor2D, _training, _lengths) => meanOf(table.call(x)));

/** 8 texts of 4 words. */
const texts = (change: Readonly<Record<number, number>> = {}) => {
  const x = labels(8 * 4, WORDS, 3).data;
  for (const [position, word] of Object.entries(change)) x[Number(position)] = word;
  return { x: numericArray(x, [8, 4]), y: labels(8, 2) };
};
const error = (where: string, argument: string, word = 12) =>
  new ArgumentError(where, argument, "an index from 0 to 4", `${word}`).message;

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());
  const data = () => texts({ [5 * 4 + 2]: 12 });

  there("fit, evaluate, predict and confusionMatrix name data.x[example][time step]; no weight changes", async () => {
    const model = bagOfWords();
    const before = weightsOf(model);
    for (const optimizer of [new GradientDescentOptimizer({ learningRate: 0.1 }), new AdamOptimizer()]) {
      const trained = fit(model, data(), quick({ compiled, optimizer, ...(compiled && { shards: 2 }) }));
      await expect(trained).rejects.toThrow(error("fit", "data.x[5][2]"));
      expect(weightsOf(model)).toEqual(before);
    }
    const given = quick({ compiled, validationData: data() });
    await expect(fit(model, texts(), given)).rejects.toThrow(error("fit", "validationData.x[5][2]"));
    const way = { compiled, batchSize: 3 };
    await expect(evaluate(model, data(), { loss: crossEntropy, ...way })).rejects.toThrow(
      error("evaluate", "data.x[5][2]"),
    );
    await expect(predict(model, { x: data().x }, way)).rejects.toThrow(error("predict", "data.x[5][2]"));
    await expect(confusionMatrix(model, data(), way)).rejects.toThrow(error("confusionMatrix", "data.x[5][2]"));
    await expectNoTensors(async () => void (await predict(model, { x: data().x }, way).catch(() => undefined)));
  });

  there("a part of a record is named, and of several parts each that has the index", async () => {
    const lists = texts().y;
    const text = [0, 1, 2, 3, 4, 0, 1, 2].map((word, i) => Int32Array.of(word, ...(i % 2 === 0 ? [] : [3])));
    text[6] = Int32Array.of(-3);
    const parts = modelOf({ table, head }, (x: { text: tf.Tensor2D; code: tf.Tensor1D }, _training, _lengths) => {
      return tf.add(meanOf(table.call(x.text)), head.call(table.call(x.code)));
    });
    const good = { text, code: labels(8, WORDS) };
    const way = { loss: crossEntropy, compiled };
    await expect(evaluate(parts, { x: good, y: lists }, way)).rejects.toThrow(
      error("evaluate", "data.x.text[6][0]", -3),
    );
    const both = { text, code: numericArray(Int32Array.of(0, 0, -3, 0, 0, 0, 0, 0), [8]) };
    await expect(evaluate(parts, { x: both, y: lists }, { ...way, buckets: 1 })).rejects.toThrow(
      error("evaluate", "data.x.text[6][0] or data.x.code[2]", -3),
    );
  });

  there("streamed batches are named; an index that the model computes keeps its own error", async () => {
    const model = bagOfWords();
    const { x, y } = texts({ 7: 12 });
    const streamed = { batches: 2, batch: () => ({ x, y }) };
    await expect(evaluate(model, streamed, { loss: crossEntropy, compiled })).rejects.toThrow(
      error("evaluate", "data.batch(0).x[1][3]"),
    );
    const own = (add: number) =>
      modelOf({ table, head }, (ids: tf.Tensor2D) =>
        meanOf(tf.gather(table.embeddings, tf.add(ids, tf.scalar(add, "int32")) as tf.Tensor1D)),
      );
    const { x: words } = texts({ 7: 12 });
    await expect(predict(own(0), { x: words }, { compiled })).rejects.toThrow(error("predict", "data.x[1][3]"));
    await expect(predict(own(50), { x: words }, { compiled })).rejects.toThrow(/ind(ex|ices).* 5\d/);
  });
});

test("property: the first of the wrong indices in a batch is named, for every position, batch size and shards", async () => {
  const cases = fc.record({
    position: fc.integer({ min: 0, max: 31 }),
    word: fc.constantFrom(-1, WORDS, 1000),
    batchSize: fc.integer({ min: 1, max: 8 }),
    shards: fc.integer({ min: 1, max: 4 }),
    compiled: fc.boolean(),
  });
  const model = bagOfWords();
  const property = fc.asyncProperty(cases, async ({ position, word, batchSize, shards, compiled }) => {
    fc.pre(!compiled || canCompile());
    const options = quick({ compiled, batchSize, shuffle: true, ...(compiled && { shards }) });
    const place = `data.x[${Math.floor(position / 4)}][${position % 4}]`;
    await expect(fit(model, texts({ [position]: word }), options)).rejects.toThrow(error("fit", place, word));
  });
  await fc.assert(property, { numRuns: 15 });
});
