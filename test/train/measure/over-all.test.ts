// Metrics of all predictions in fit and evaluate: collected over the batches, called once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import type { NumericArray } from "../../../src/data";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { classifier, expectNoTensors, labels, numbers, quick, sequences, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

/** A model whose outputs are its inputs plus a weight of 0. */
function mirror(): train.Model {
  const zero = tf.variable(tf.scalar(0));
  return { variables: [zero], call: (x: tf.Tensor, _training, _lengths) => tf.add(x, zero) };
}
const floats = (values: number[], shape = [values.length]) => ({ data: Float32Array.from(values), shape });
const ints = (values: number[], shape = [values.length]) => ({ data: Int32Array.from(values), shape });

/** A metric that gives nothing, and notes what it got. */
function noting() {
  const got: { outputs: NumericArray; y: NumericArray; options: object }[] = [];
  const metric = train.overAll((outputs, y, options?: object) => {
    got.push({ outputs, y, options: options ?? {} });
    return 7;
  });
  return { got, metric };
}

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there(
    "evaluate gives the metric of all predictions, beside others, in their order, for every batch size",
    async () => {
      const data = sequences(23);
      const model = classifier();
      const outputs = await train.predict(model, { x: data.x }, { compiled: false });
      const macro = { average: "macro" } as const;
      const metrics = {
        f1: train.overAll(train.f1Score, macro),
        accuracy: train.accuracy,
        auc: train.overAll(train.rocAuc, { from: "logits" }),
        top2: train.overAll(train.topKAccuracy, { k: 2 }),
      };
      const options = { loss: train.crossEntropy, metrics, compiled };
      const values = await train.evaluate(model, data, { ...options, batchSize: 5 });
      expect(Object.keys(values)).toEqual(["loss", "f1", "accuracy", "auc", "top2"]);
      expect(values.f1).toBe(train.f1Score(outputs, data.y, macro));
      expect(values.top2).toBe(train.topKAccuracy(outputs, data.y, { k: 2 }));
      expect(values.auc).toBeCloseTo(train.rocAuc(outputs, data.y, { from: "logits" }), 2);
      const alone = { metrics: { f1: metrics.f1 }, compiled };
      expect(await train.evaluate(model, data, { ...alone, batchSize: 23 })).toEqual({ f1: values.f1 });
    },
  );

  there("the function gets weights, and what a mask or lengths leave out is not among the rows", async () => {
    const { got, metric } = noting();
    const measure = (data: train.TrainingData, batchSize = 2) =>
      train.evaluate(mirror(), data, { metrics: { metric }, compiled, batchSize });
    const sampleWeights = floats([1, 2, 0]);
    const [x, y] = [floats([1, 2, 3, 4, 5, 6], [3, 2]), ints([1, 0, 1])];
    expect(await measure({ x, y })).toEqual({ metric: 7 });
    expect(got.pop()).toEqual({ outputs: x, y, options: {} });
    await measure({ x, y, sampleWeights });
    expect(got.pop()).toEqual({ outputs: x, y, options: { weights: sampleWeights.data } });
    await measure({ x, y, sampleWeights, mask: ints([1, 0, 1]) });
    const kept = { outputs: floats([1, 2, 5, 6], [2, 2]), y: ints([1, 1]) };
    expect(got.pop()).toEqual({ ...kept, options: { weights: Float32Array.of(1, 0) } });
    const ragged = [[1, 2, 3], [4], [5, 6]];
    const steps = {
      x: ragged.map((each) => floats(each, [each.length, 1])),
      y: ragged.map((each) => Int32Array.from(each)),
    };
    await measure(steps, 3);
    expect(got.pop()).toEqual({
      outputs: floats([4, 5, 6, 1, 2, 3], [6, 1]), // in the order of the buckets
      y: ints([4, 5, 6, 1, 2, 3]),
      options: {},
    });
  });

  there("a record of outputs has metrics of each by name", async () => {
    const zero = tf.variable(tf.scalar(0));
    const call = (x: tf.Tensor) => ({ a: tf.add(x, zero), b: tf.sub(zero, x) });
    const model: train.Model<tf.Tensor, { a: tf.Tensor; b: tf.Tensor }> = { variables: [zero], call };
    const y = { a: ints([0, 1, 1]), b: ints([0, 1, 1]) };
    const auc = train.overAll(train.rocAuc);
    const metrics = { a: { auc, accuracy: train.binaryAccuracy }, b: { auc } };
    const data = { x: floats([-1, 2, 3]), y };
    const values = await train.evaluate(model, data, { metrics, compiled, batchSize: 2 });
    expect(values).toEqual({ a_auc: 1, a_accuracy: 1, b_auc: 0 });
    await expect(train.evaluate(model, data, { metrics: { auc }, compiled })).rejects.toThrow(
      /^evaluate: auc: expected a metric for each output by name, as the model's outputs are a record/,
    );
  });

  there("fit records it, monitors it by the metric's direction, and leaves no tensor", async () => {
    const folder = join(temporaryFolder(), "run");
    const model = classifier();
    const metrics = { any: train.overAll(train.f1Score, { average: "macro" }) };
    const seen: unknown[] = [];
    const callbacks: train.Callback[] = [
      new train.ModelCheckpoint({ folder, best: { monitor: "val_any" } }),
      { onTrainBegin: ({ directions }) => void seen.push(directions) },
    ];
    const validationData = sequences(9);
    await expectNoTensors(async () => {
      const options = quick({ metrics, validationData, callbacks, compiled, epochs: 2 });
      const { epochs } = await train.fit(model, sequences(), options);
      const last = await train.evaluate(model, validationData, { metrics, compiled: false });
      expect(epochs.at(-1)?.val_any).toBe(last.any);
      expect(Object.keys(epochs[0] as object)).toContain("any");
    });
    expect(seen).toEqual([{ loss: "min", any: "max", val_loss: "min", val_any: "max" }]);
  });
});

test("any lengths, masks, weights and batch sizes: the rows are those that count, each with its weight", async () => {
  const example = fc.array(
    fc.record({ value: fc.integer({ min: 1, max: 99 }), live: fc.boolean(), weight: fc.integer({ min: 0, max: 3 }) }),
    { minLength: 1, maxLength: 4 },
  );
  const property = fc.asyncProperty(
    fc.array(example, { minLength: 1, maxLength: 6 }),
    fc.integer({ min: 1, max: 7 }),
    fc.boolean(),
    fc.boolean(),
    async (examples, batchSize, hasMask, hasWeights) => {
      const { got, metric } = noting();
      const part = (of: (step: (typeof examples)[number][number]) => number) =>
        examples.map((steps) => Float32Array.from(steps, of));
      const y = part(({ value }) => value);
      const x = examples.map((steps) =>
        floats(
          steps.map(({ value }) => value),
          [steps.length, 1],
        ),
      );
      const mask = examples.map((steps) => Int32Array.from(steps, ({ live }) => Number(live)));
      const data = {
        x,
        y,
        ...(hasMask && { mask }),
        ...(hasWeights && { sampleWeights: part(({ weight }) => weight) }),
      };
      await train.evaluate(mirror(), data, { metrics: { metric }, batchSize, compiled: false });
      const counted = examples.flat().filter(({ live }) => live || !hasMask);
      const { outputs, y: targets, options } = got[0] as (typeof got)[number];
      const sorted = (values: ArrayLike<number>) => Array.from(values).sort((a, b) => a - b);
      expect(sorted(targets.data)).toEqual(sorted(counted.map(({ value }) => value)));
      expect([...outputs.data]).toEqual([...targets.data]);
      expect([outputs.shape, targets.shape]).toEqual([[counted.length, 1], [counted.length]]);
      const { weights } = options as { weights?: Float32Array };
      const pairs = weights && Array.from(weights, (weight, i) => weight * 1000 + (targets.data[i] as number));
      const expected = counted.map(({ value, weight }) => weight * 1000 + value);
      expect(pairs && sorted(pairs)).toEqual(hasWeights ? sorted(expected) : undefined);
    },
  );
  await fc.assert(property, { numRuns: 60, seed: 21 });
});

test("meanAbsoluteError, a mean of terms, is scikit-learn's too", async () => {
  interface Case {
    title: string;
    shape: number[];
    scores: number[];
    labels: number[];
    weights: number[] | null;
    values: { meanAbsoluteError?: number };
  }
  const { cases }: { cases: Case[] } = JSON.parse(readFileSync(join(__dirname, "../../golden/metrics.json"), "utf8"));
  const measured = cases.filter(({ values }) => values.meanAbsoluteError !== undefined);
  expect(measured.length).toBeGreaterThan(5);
  for (const { shape, scores, labels: y, weights, values, title } of measured) {
    const data = { x: floats(scores, shape), y: floats(y, shape), ...(weights && { sampleWeights: floats(weights) }) };
    const { mae } = await train.evaluate(mirror(), data, { metrics: { mae: train.meanAbsoluteError }, batchSize: 4 });
    expect(mae, title).toBeCloseTo(values.meanAbsoluteError as number, 6);
  }
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    "a metric that gives no number",
    () =>
      train.evaluate(
        mirror(),
        { x: floats([1]), y: floats([1]) },
        { metrics: { odd: train.overAll(() => "1" as never) } },
      ),
    /^evaluate: metrics\.odd: expected a metric that gives a number, got string 1/,
  ],
  [
    "one class only",
    () =>
      train.evaluate(
        mirror(),
        { x: floats([1, 2]), y: ints([1, 1]) },
        { metrics: { auc: train.overAll(train.rocAuc) } },
      ),
    /^rocAuc: labels: expected examples of class 1, and others/,
  ],
  [
    "no steps in the outputs of labels with steps",
    () =>
      train.evaluate(
        { variables: [tf.variable(tf.scalar(0))], call: (x: tf.Tensor, _t, _l) => tf.sum(x, 1) },
        { x: [1, 2].map((n) => numbers([n, 2])), y: [1, 2].map((n) => labels(n, 2).data) },
        { metrics: { auc: train.overAll(train.rocAuc) } },
      ),
    /^evaluate: auc: expected outputs and y of one row for each time step/,
  ],
  ["what is no function", async () => train.overAll(3 as never), /^overAll: metric: expected a function/],
  [
    "another direction",
    () =>
      train.evaluate(
        mirror(),
        { x: floats([1]), y: floats([1]) },
        { metrics: { a: train.overAll(() => 1, { mode: "up" as "max" }) } },
      ),
    /^evaluate: metrics\.a\.mode: expected/,
  ],
])("refused: %s", async (_, run, message) => {
  await expect(run()).rejects.toThrow(message);
});

test("rows that do not fit leave no tensor", async () => {
  const data = { x: floats([1, 2, 3, 4], [2, 2]), y: floats([1, 1], [2, 1]), mask: ints([1, 1], [2, 1]) };
  const model = mirror();
  const before = tf.memory().numTensors;
  for (const compiled of [false, ...(canCompile() ? [true] : [])]) {
    const options = { metrics: { r2: train.overAll(train.r2Score) }, compiled };
    await expect(train.evaluate(model, data, options)).rejects.toThrow(
      "evaluate: r2: expected outputs and y of one row",
    );
  }
  expect(tf.memory().numTensors).toBe(before);
});
