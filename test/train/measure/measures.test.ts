import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { type NumericArray, streams } from "../../../src/data";
import { Dense } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { countedTerms, sumAndCount } from "../../../src/train/loss/terms";
import { classifier, dense, labels, numbers, sequences } from "../support";

beforeAll(() => tf.ready());

/** A model whose outputs are its inputs plus a weight of 0, so that the value of a metric is known in advance. */
function mirror(): train.Model {
  const zero = tf.variable(tf.scalar(0));
  return { variables: [zero], call: (x: tf.Tensor) => tf.add(x, zero) };
}
const floats = (values: number[], shape = [values.length, 1]): NumericArray => ({
  data: Float32Array.from(values),
  shape,
});
const ints = (values: number[], shape = [values.length]): NumericArray<Int32Array> => ({
  data: Int32Array.from(values),
  shape,
});

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())(
    "metrics are means over all examples: a short last batch counts less",
    async () => {
      const data = { x: floats([1, 2, 3, 4, 5]), y: floats([0, 0, 0, 0, 0]) };
      const metrics = {
        mae: train.meanAbsoluteError,
        mse: train.meanSquaredError,
        rmse: { terms: train.squaredError, of: Math.sqrt },
      };
      const values = await train.evaluate(mirror(), data, {
        metrics,
        loss: train.squaredError,
        batchSize: 2,
        compiled,
      });
      expect(values).toEqual({ loss: 11, mae: 3, mse: 11, rmse: Math.sqrt(11) });
    },
  );

  test.runIf(!compiled || canCompile())("binary accuracy counts the logits on their label's side of 0", async () => {
    const data = { x: floats([3, -1, 0, 0, 2]), y: floats([1, 1, 0, 1, 0]) };
    const { loss, right } = await train.evaluate(mirror(), data, {
      loss: train.binaryCrossEntropy,
      metrics: { right: train.binaryAccuracy },
      batchSize: 2,
      compiled,
    });
    expect(right).toBe(2 / 5);
    const terms = [Math.exp(-3), Math.exp(1), 1, 1, Math.exp(2)].map(Math.log1p);
    expect(loss).toBeCloseTo(terms.reduce((sum, term) => sum + term, 0) / 5, 5);
  });

  test.runIf(!compiled || canCompile())("a metric of sum and count leaves out what it likes", async () => {
    const positive: train.Metric = (outputs: tf.Tensor) => {
      const keep = tf.greater(outputs, 0).toFloat();
      return { sum: tf.sum(tf.mul(outputs, keep)), count: tf.sum(keep) };
    };
    const data = { x: floats([-1, 2, -3, 4, 9]), y: floats([0, 0, 0, 0, 0]) };
    expect(await train.evaluate(mirror(), data, { metrics: { positive }, batchSize: 2, compiled })).toEqual({
      positive: 5,
    });
  });

  test.runIf(!compiled || canCompile())(
    "predict(model, data) gives the outputs in the order of the examples, for every batch size",
    async () => {
      const model = classifier();
      const { x } = sequences(11);
      const whole = await train.predict(model, { x }, { compiled: false });
      const pieces = await train.predict(model, { x }, { batchSize: 4, compiled });
      expect(pieces.shape).toEqual([11, 3]);
      expect(Math.max(...pieces.data.map((value, i) => Math.abs(value - (whole.data[i] as number))))).toBeLessThan(
        1e-6,
      );
    },
  );

  test.runIf(!compiled || canCompile())(
    "confusionMatrix(model, data) has a row for each true class; perClassAccuracy is the recall",
    async () => {
      const scores = [5, 1, 0, 0, 4, 1, 3, 0, 1, 0, 1, 2, 9, 0, 1];
      const data = { x: floats(scores, [5, 3]), y: ints([0, 1, 1, 2, 0]) };
      const matrix = await train.confusionMatrix(mirror(), data, { batchSize: 2, compiled });
      expect(matrix.shape).toEqual([3, 3]);
      expect([...matrix.data]).toEqual([2, 0, 0, 1, 1, 0, 0, 0, 1]);
      expect(await train.perClassAccuracy(mirror(), data, { compiled })).toEqual([1, 0.5, 1]);
      const none = { x: floats(scores, [5, 3]), y: ints([0, 0, 0, 0, 0]) };
      expect(await train.perClassAccuracy(mirror(), none, { compiled })).toEqual([0.6, Number.NaN, Number.NaN]);
    },
  );
});

test("predict and evaluate take a model that returns its inputs, and a state that is an input, eagerly too", async () => {
  const x = floats([1, 2, 3, 4]);
  const before = tf.memory().numTensors;
  for (const compiled of [false, ...(canCompile() ? [true] : [])]) {
    const same: train.Model = { variables: [], call: (given) => given };
    expect(await train.predict(same, { x }, { compiled })).toEqual({
      data: Float32Array.of(1, 2, 3, 4),
      shape: [4, 1],
    });
    const last = train.statefulModelOf(
      { head: new Dense({ inputSize: 1, outputSize: 1 }) },
      (given: tf.Tensor2D, _t, _l, state?: tf.Tensor2D) => ({
        ...{ outputs: tf.add(given, state ?? 0), state: given },
      }),
    );
    const data = streams({ data: x.data, shape: [4] }, { batchSize: 1, nSteps: 2, targets: "next" });
    const { mae } = await train.evaluate(
      last,
      { ...data, count: 1 },
      { metrics: { mae: train.meanAbsoluteError }, compiled },
    );
    expect(mae).toBe(1);
    tf.dispose([...last.variables]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test("accuracy: the label's score must be the largest; a tie is right, NaN and a label outside the classes are wrong", async () => {
  const scores = floats([1, 1, Number.NaN, 0, -2, -1, 0, 5], [4, 2]);
  const measure = async (y: NumericArray) =>
    (await train.evaluate(mirror(), { x: scores, y }, { metrics: { accuracy: train.accuracy } })).accuracy;
  expect(await measure(ints([0, 0, 1, 1]))).toBe(3 / 4);
  expect(await measure(ints([1, 0, 7, 1]))).toBe(2 / 4);
  expect(await measure(floats([1, 0, 1, 0, 0, 1, 0, 1], [4, 2]))).toBe(3 / 4);
});

test("perplexity is e to the mean cross-entropy: the number of classes when all are equally likely", async () => {
  const data = { x: floats([1, 1, 1, 1, 1, 1], [2, 3]), y: ints([0, 2]) };
  const { perplexity } = await train.evaluate(mirror(), data, { metrics: { perplexity: train.perplexity } });
  expect(perplexity).toBeCloseTo(3, 5);
});

test("over time only live time steps count, and NaN in the padding changes nothing", async () => {
  const { NaN: nan } = Number;
  const lengths = { x: ints([2, 1]), y: ints([2, 1]) };
  const series = {
    x: floats([1, 2, nan, 4, nan, nan], [2, 3, 1]),
    y: floats([0, 0, 0, 0, 0, nan], [2, 3, 1]),
    lengths,
  };
  const metrics = { mse: train.meanSquaredError, mae: train.meanAbsoluteError };
  expect(await train.evaluate(mirror(), series, { metrics })).toEqual({ mse: 7, mae: 7 / 3 });
  const scores = floats([1, 0, 0, 1, 9, 0, 0, 3, 9, 9, 9, 9], [2, 3, 2]);
  const tags = { x: scores, y: ints([0, 1, 1, 0, 0, 0], [2, 3]), lengths };
  const measured = await train.evaluate(mirror(), tags, {
    metrics: { accuracy: train.accuracy },
    loss: train.crossEntropy,
  });
  expect(measured.accuracy).toBe(2 / 3);
  const term = (right: number, wrong: number) => Math.log(Math.exp(right) + Math.exp(wrong)) - right;
  expect(measured.loss).toBeCloseTo((term(1, 0) + term(1, 0) + term(0, 3)) / 3, 5);
  expect([...(await train.confusionMatrix(mirror(), tags)).data]).toEqual([1, 1, 0, 1]);
});

test("evaluate, predict and confusionMatrix refuse wrong options and data, by name", async () => {
  const model = dense();
  const data = { x: numbers([4, 2]), y: labels(4, 3) };
  const refusal = (promise: Promise<unknown>) => expect(promise).rejects;
  await refusal(train.evaluate(model, data, {})).toThrow(/^evaluate: options: expected a loss or metrics, got neither/);
  await refusal(train.evaluate(model, data, { metric: {} } as never)).toThrow(/^evaluate: options: .*also metric/);
  await refusal(train.predict(model, { y: 3 } as never)).toThrow(/^predict: data: expected \{ x \}/);
  await refusal(train.predict(model, data, { batchSize: 0 })).toThrow(/^predict: batchSize/);
  await refusal(train.confusionMatrix(model, { ...data, y: ints([0, 1, 2, 3]) })).toThrow(/0 to 2, got 1 others/);
  const real = { ...data, y: numbers([4, 3]) };
  await refusal(train.confusionMatrix(model, real)).toThrow(/data\.y: expected int32 class numbers \[4\]/);
  await refusal(train.perClassAccuracy(model, real)).toThrow(/^perClassAccuracy: data\.y: /);
  await refusal(train.perClassAccuracy(model, { ...data, y: ints([0, 1, 2, 3]) })).toThrow(
    /^perClassAccuracy: data\.y: /,
  );
});

test.each([
  ["crossEntropy", { loss: train.crossEntropy }],
  ["accuracy", { metrics: { accuracy: train.accuracy } }],
])("%s refuses class numbers that are not int32, and says which y it takes", async (where, options) => {
  const data = { x: numbers([4, 2]), y: { data: Float32Array.of(0, 1, 2, 0), shape: [4] } };
  await expect(train.evaluate(dense(), data, options)).rejects.toThrow(
    `${where}: y: expected int32 class numbers [4] or a value for each score [4, 3], got a float32 tensor of shape [4]`,
  );
});

test("messages describe the array that was given", async () => {
  const refused = (x: unknown) => expect(train.predict(dense(), { x } as never)).rejects;
  await refused({ data: new Float64Array(4), shape: [2, 2] }).toThrow(/got Float64Array of shape \[2,2\]$/);
  await refused(tf.ones([2, 2])).toThrow(/got a float32 tensor of shape \[2,2\]$/);
  await refused(new Float32Array(4)).toThrow(/got a Float32Array$/);
});

test("evaluate and predict with { signal } reject with the signal's reason", async () => {
  const data = { x: numbers([4, 2]), y: labels(4, 3) };
  const signal = AbortSignal.abort(new Error("no longer wanted"));
  await expect(train.predict(dense(), data, { signal })).rejects.toThrow("no longer wanted");
  await expect(train.evaluate(dense(), data, { signal, loss: train.crossEntropy })).rejects.toThrow("no longer wanted");
});

test("modelOf(parts, call) names weights by part, numbers unnamed ones, takes shared ones once, refuses none", () => {
  const model = classifier();
  expect(Object.keys(model.weights ?? {})).toEqual([
    "rnn/basic_rnn_cell/kernel",
    "rnn/basic_rnn_cell/bias",
    "head/dense/kernel",
    "head/dense/bias",
  ]);
  const weight = tf.variable(tf.scalar(1));
  const part = { variables: [weight] };
  const twice = train.modelOf({ a: part, b: part, "": part }, (x) => x);
  expect(twice.variables).toEqual([weight]);
  expect(Object.keys(twice.weights ?? {})).toEqual(["0", "a/0", "b/0"]);
  expect(() => train.modelOf({}, (x) => x)).toThrow(/^modelOf: parts: expected cells or layers with weights/);
  expect(() => train.modelOf({ a: 3 as never }, (x) => x)).toThrow(/^modelOf: parts\.a/);
  expect(() => train.modelOf({ part }, undefined as never)).toThrow(/^modelOf: call: expected a function/);
});

test("modelOf(parts, call, { like }) is the same model, and refuses what is not data or another option", () => {
  const part = { variables: [tf.variable(tf.scalar(1))] };
  const call = (x: tf.Tensor) => x;
  const data = { x: numbers([4, 2]) };
  expect(train.modelOf({ part }, call, { like: data })).toEqual(train.modelOf({ part }, call));
  const streamed = { batches: 1, batch: () => ({ ...data, y: labels(4, 3) }) };
  expect(train.modelOf({ part }, call, { like: streamed }).call).toBe(call);
  const refused = (options: unknown) => expect(() => train.modelOf({ part }, call, options as never));
  refused({ like: data.x }).toThrow(/^modelOf: like: expected data, \{ x \} or streamed, got/);
  refused({ like: null }).toThrow(/^modelOf: like: expected data/);
  refused({ likes: data }).toThrow(/^modelOf: options/);
});

test("absoluteError(outputs, y, lengths) is |outputs − y| of the live time steps", () => {
  const numbersOf = (terms: train.Terms) => {
    const counting = { examples: 1, isPartial: true };
    const { sum, count } = sumAndCount(countedTerms("test", "loss", terms, counting), 1);
    return [sum, count].map((each) => each.dataSync()[0]);
  };
  tf.tidy(() => {
    const [outputs, y] = [tf.tensor2d([[1, -2, 3]]), tf.tensor2d([[0, 0, 7]])];
    expect(numbersOf(train.absoluteError(outputs, y))).toEqual([7, 3]);
    const steps = [tf.reshape(outputs, [1, 3, 1]), tf.reshape(y, [1, 3, 1])] as const;
    expect(numbersOf(train.absoluteError(...steps, tf.tensor1d([2], "int32")))).toEqual([3, 2]);
  });
});
