// fit refuses validation data that do not fit, by name, before the first step.
import { beforeAll, describe, expect, test } from "vitest";
import { CompileError, canCompile } from "../../../src/compile";
import { ArgumentError } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { accuracy, fit, modelOf } from "../../../src/train";
import { classifier, dense, labels, losses, numbers, quick, sequences } from "../support";

beforeAll(() => tf.ready());

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());

  there.each<[string, object]>([
    ["other features", { x: numbers([5, 4, 3]), y: labels(5, 3) }],
    ["sequences of other features", { x: [numbers([2, 3]), numbers([4, 3])], y: labels(2, 3) }],
    ["labels of another type", { x: numbers([5, 4, 2]), y: numbers([5]) }],
    ["labels of another shape", { x: numbers([5, 4, 2]), y: { data: new Int32Array(10), shape: [5, 2] } }],
  ])("%s", async (_, validationData) => {
    const watch = losses();
    const options = quick({ compiled, validationData: validationData as never, callbacks: [watch] });
    const refusal = await fit(classifier(), sequences(), options).catch((error) => error);
    expect(refusal).toBeInstanceOf(ArgumentError);
    expect(refusal.message).toMatch(/^fit: validationData/);
    expect(watch.seen).toEqual([]);
  });

  there("a model that refuses the training data too: the first step throws, as without validation data", async () => {
    const data = { x: numbers([5, 3]), y: labels(5, 3) };
    const expected = await fit(dense(), data, quick({ compiled })).catch(({ message }) => message);
    await expect(fit(dense(), data, quick({ compiled, validationData: data }))).rejects.toThrow(expected);
  });

  there("an error that the model throws keeps its text and is the cause", async () => {
    const { variables, call } = dense();
    const picky = (x: tf.Tensor2D) => {
      if (x.shape[1] === 3) throw new Error("no threes");
      return call(x);
    };
    const validationData = { x: numbers([5, 3]), y: labels(5, 3) };
    const data = { x: numbers([5, 2]), y: labels(5, 3) };
    const options = quick({ compiled, validationData, metrics: { accuracy } });
    await expect(fit(modelOf({ all: { variables } }, picky), data, options)).rejects.toMatchObject({
      message: expect.stringMatching(/^fit: validationData: expected what model and loss take.*no threes$/),
      cause: { message: "no threes" },
    });
  });
});

test.runIf(canCompile())("an error of the graph alone is the same as without validation data", async () => {
  const { variables, call } = dense();
  const outside = tf.variable(tf.ones([3]));
  const model = modelOf({ all: { variables } }, (x: tf.Tensor2D) => tf.add(call(x), outside));
  const data = { x: numbers([5, 2]), y: labels(5, 3) };
  const options = quick({ compiled: true, validationData: data });
  await expect(fit(model, data, options)).rejects.toBeInstanceOf(CompileError);
  outside.dispose();
});

test("eagerly, the trial does not change a model that counts its calls", async () => {
  const { variables, call } = dense();
  const count = tf.variable(tf.scalar(0), false);
  const model = modelOf({ all: { variables: [...variables, count] } }, (x: tf.Tensor2D) => {
    count.assign(tf.add(count, 1));
    return call(x);
  });
  const data = { x: numbers([4, 2]), y: labels(4, 3) };
  const seen: number[] = [];
  const onBatchEnd = () => void seen.push(count.dataSync()[0] as number);
  await fit(model, data, quick({ batchSize: 2, validationData: data, callbacks: [{ onBatchEnd }] }));
  expect(seen).toEqual([1, 2]);
  count.dispose();
});

test("streamed training data with validation data of the model's only batch size are accepted", async () => {
  const { variables, call } = dense();
  const fixed = modelOf({ all: { variables } }, (x: tf.Tensor2D) => {
    if (x.shape[0] !== 4) throw new ArgumentError("fixed", "x", "a batch of 4", `${x.shape[0]}`);
    return call(x);
  });
  const batch = { x: numbers([4, 2]), y: labels(4, 3) };
  const streamed = { batches: 2, batch: async () => batch };
  const { epochs } = await fit(fixed, streamed, { ...quick({ validationData: batch }), batchSize: undefined as never });
  expect(epochs).toHaveLength(1);
});
