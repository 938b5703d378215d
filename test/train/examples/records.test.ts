// x and y may be records of arrays and of ragged lists; losses and metrics are by output.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { numericArray } from "../../../src/data";
import { AdamOptimizer, BasicRNNCell, Dense, dynamicRnn, Embedding, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  accuracy,
  confusionMatrix,
  crossEntropy,
  evaluate,
  fit,
  meanAbsoluteError,
  modelOf,
  perClassAccuracy,
  predict,
  squaredError,
} from "../../../src/train";
import { expectClose } from "../../support";
import { dense, labels, numbers, quick } from "../support";

beforeAll(() => tf.ready());

const LENGTHS = [3, 1, 4, 2, 2, 4, 1, 3, 2];
const count = LENGTHS.length;
/** An image and a ragged text in; a class, and a tag for each word, out. */
const pairs = () => ({
  x: { image: numbers([count, 2, 3], 5), text: LENGTHS.map((length, i) => labels(length, 7, i).data) },
  y: { kind: labels(count, 3, 4), tags: LENGTHS.map((length, i) => labels(length, 2, 50 + i).data) },
});

interface Inputs {
  readonly image: tf.Tensor3D;
  readonly text: tf.Tensor2D;
}

function reader() {
  const table = new Embedding({ vocabularySize: 7, embeddingSize: 3, seed: 1 });
  const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 2 });
  const kind = new Dense({ inputSize: 10, outputSize: 3, seed: 3 });
  const tag = new Dense({ inputSize: 4, outputSize: 2, seed: 4 });
  return modelOf({ table, cell, kind, tag }, ({ image, text }: Inputs, training, lengths) => {
    const options = { training, sequenceLength: lengths?.text };
    const [outputs, state] = dynamicRnn(cell, table.call(text), options);
    const flat: tf.Tensor2D = tf.reshape(image, [image.shape[0], 6]);
    return { kind: kind.call(tf.concat([flat, state], 1)), tags: tag.call(outputs) };
  });
}

const loss = { kind: crossEntropy, tags: crossEntropy };
const metrics = { kind: { accuracy }, tags: { accuracy } };

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there("fit records the loss and the metrics of each output, and learns", async () => {
    const model = reader();
    const optimizer = new AdamOptimizer({ learningRate: 0.03 });
    const options = { loss, metrics, lossWeights: { tags: 0.5 }, optimizer, epochs: 30, batchSize: 4, compiled };
    const data = pairs();
    const history = await fit(model, data, quick({ ...options, validationData: data }));
    const names = ["loss", "kind_loss", "tags_loss", "kind_accuracy", "tags_accuracy"];
    expect(Object.keys(history.epochs[0] ?? {})).toEqual([
      ...["epoch", ...names, ...names.map((name) => `val_${name}`), "learningRate", "seconds"],
    ]);
    for (const record of history.epochs) {
      const [a, b] = [record.kind_loss as number, record.tags_loss as number];
      expect(record.loss).toBeCloseTo(a + 0.5 * b, 5);
    }
    const last = history.epochs.at(-1);
    expect(last?.val_kind_accuracy).toBe(1);
    expect(last?.val_tags_loss).toBeLessThan(0.6);
  });

  there("evaluate gives the same for every batch size, predict a record in the examples' order", async () => {
    const model = reader();
    const options = { loss, metrics, compiled };
    const one = await evaluate(model, pairs(), { ...options, batchSize: 1 });
    const all = await evaluate(model, pairs(), { ...options, batchSize: 9, buckets: 1, compiled: false });
    expect(Object.keys(one)).toEqual(["loss", "kind_loss", "tags_loss", "kind_accuracy", "tags_accuracy"]);
    expectClose(Object.values(one), Object.values(all));
    const steps = { tags: "x.text" };
    const a = await predict(model, { x: pairs().x }, { batchSize: 2, compiled, steps });
    const b = await predict(model, { x: pairs().x }, { buckets: 1, compiled: false, steps });
    expect([a.kind.shape, a.tags.shape]).toEqual([
      [count, 3],
      [count, 4, 2],
    ]);
    expectClose([...a.kind.data], [...b.kind.data]);
    expectClose([...a.tags.data], [...b.tags.data]);
    const matrix = await confusionMatrix(model, pairs(), { output: "tags", compiled });
    expect(matrix.data.reduce((sum, each) => sum + each, 0)).toBe(LENGTHS.reduce((sum, each) => sum + each, 0));
    expect(await perClassAccuracy(model, pairs(), { output: "kind", compiled })).toHaveLength(3);
  });

  there("weights of examples, time steps and classes multiply, and the loss is Σ w·l / number of terms", async () => {
    const zero = tf.variable(tf.scalar(0));
    const model = modelOf({ zero: { variables: [zero] } }, (x: { a: tf.Tensor; b: tf.Tensor }) => ({
      a: tf.add(x.a, zero),
      b: tf.add(x.b, zero),
    }));
    const x = {
      a: numericArray(Float32Array.of(1, 2), [2]),
      b: numericArray(Float32Array.of(0, 0, 0, 0), [2, 2]),
    };
    const y = {
      a: numericArray(Float32Array.of(0, 0), [2]),
      b: numericArray(Int32Array.of(0, 1), [2]),
    };
    const sampleWeights = { a: numericArray(Float32Array.of(3, 0), [2]), b: numericArray(Float32Array.of(1, 2), [2]) };
    const losses = { a: squaredError, b: crossEntropy };
    const optimizer = new GradientDescentOptimizer({ learningRate: 0 });
    const options = { loss: losses, classWeights: { b: { 0: 1, 1: 5 } }, optimizer, compiled, batchSize: 1 };
    const data = { x, y, sampleWeights };
    const { epochs } = await fit(model, data, quick({ ...options, validationData: data }));
    expect(epochs[0]?.a_loss).toBeCloseTo(3 / 2, 6);
    expect(epochs[0]?.b_loss).toBeCloseTo((Math.log(2) * (1 + 2 * 5)) / 2, 5);
    expect(epochs[0]?.val_b_loss).toBeCloseTo((Math.log(2) * (1 + 2)) / 2, 5);
  });
});

test("a single loss may take whole records; names that do not fit are refused", async () => {
  const model = reader();
  const data = pairs();
  const both = (outputs: { kind: tf.Tensor2D }, y: { kind: tf.Tensor1D }) => crossEntropy(outputs.kind, y.kind);
  expect((await evaluate(model, data, { loss: both })).loss).toBeGreaterThan(0);
  const refused = (given: object, options: object, message: string) =>
    expect(evaluate(model, given as never, { loss, ...options } as never)).rejects.toThrow(message);
  await refused(data, { loss: { nothing: crossEntropy } }, "loss.nothing: expected a name of the model's outputs");
  await refused(data, { lossWeights: { other: 1 } }, "lossWeights: expected names of the loss, kind, tags, got other");
  await refused({ ...data, lengths: { x: { image: 3 } } }, {}, "data.lengths.x.image: expected { data, shape }");
  await refused({ ...data, y: { kind: data.y.kind, tags: {} } }, {}, "data.y.tags: expected an array with a shape or");
  await refused({ ...data, x: {} }, {}, "data.x: expected at least one name, got an empty record");
  await refused({ ...data, x: { ...data.x, text: data.x.text.slice(1) } }, {}, "data.x.text: expected 9 sequences");
  await refused({ ...data, sampleWeights: data.y.kind }, {}, "data.sampleWeights: expected a record with names of y");
  await refused({ ...data, mask: { kind: labels(count, 3, 4) } }, {}, "data.mask.kind[0]: expected 0 or 1");
  await expect(predict(model, { x: data.x })).rejects.toThrow(/model's tags: expected outputs of one shape/);
});

test("no two values of an epoch have one name: a metric called as a loss, and an output val, are refused", async () => {
  const [data, clash] = [pairs(), { kind: { loss: meanAbsoluteError } }];
  const taken =
    "metrics: expected a name that is not taken (loss, epoch, learningRate, seconds, kind_loss, tags_loss, val_…), got kind_loss";
  await expect(evaluate(reader(), data, { loss, metrics: clash })).rejects.toThrow(`evaluate: ${taken}`);
  await expect(fit(reader(), data, quick({ loss, metrics: clash }))).rejects.toThrow(`fit: ${taken}`);
  const zero = tf.variable(tf.scalar(0));
  const model = { variables: [zero], call: (x: tf.Tensor2D) => ({ val: tf.add(x, zero), b: x }) };
  const x = numbers([2, 1]);
  const options = quick({ loss: { val: squaredError, b: squaredError } });
  const other =
    "fit: loss: expected outputs with other names than val and val_…, which records use for the validation data";
  await expect(fit(model, { x, y: { val: x, b: x } }, options)).rejects.toThrow(`${other}, got val`);
});

test("a loss or metric of one output refuses records, and says how to give it one", async () => {
  const data = pairs();
  const refused = (options: object, message: string) =>
    expect(evaluate(reader(), data, options as never)).rejects.toThrow(message);
  const by = (name: string) =>
    `${name}: outputs: expected a tensor; of a model with several outputs one by name, such as loss: { kind: … }`;
  await refused({ loss: crossEntropy }, by("crossEntropy"));
  await refused({ loss: squaredError }, by("squaredError"));
  await refused({ metrics: { accuracy } }, by("accuracy"));
});

test("weights of classes are finite numbers", async () => {
  const data = { x: numbers([2, 3]), y: numericArray(Int32Array.of(0, 1), [2]) };
  for (const weight of [Number.NaN, Number.POSITIVE_INFINITY, "2"]) {
    const options = quick({ classWeights: { 0: 1, 1: weight as number } });
    await expect(fit(dense(3, 2), data, options)).rejects.toThrow(
      "fit: classWeights[1]: expected a finite number, got",
    );
  }
});

test("streamed batches may be records too", async () => {
  const data = pairs();
  const streamed = { batches: 1, batch: async () => data };
  const a = await evaluate(reader(), streamed, { loss });
  const b = await evaluate(reader(), data, { loss });
  expectClose(Object.values(a), Object.values(b));
});
