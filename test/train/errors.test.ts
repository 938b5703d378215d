import { beforeAll, expect, test } from "vitest";
import * as tf from "../../src/tf";
import { BusyError, type Callback, fit, modelOf, NotFiniteError, TerminateOnNaN } from "../../src/train";
import { onNative } from "../compile/support";
import { classifier, dense, expectNoTensors, labels, losses, numbers, quick, sequences } from "./support";

beforeAll(() => tf.ready());

test("a model that is training is refused to a second fit, also by another object, also from a callback", async () => {
  const model = classifier();
  const first = fit(model, sequences(), quick({ epochs: 3 }));
  await expect(fit(model, sequences(), quick())).rejects.toThrow(BusyError);
  await expect(fit({ ...model }, sequences(), quick())).rejects.toThrow(/another fit is training/);
  await first;
  const nested: Callback = { onEpochEnd: async () => void (await fit(model, sequences(), quick())) };
  await expect(fit(model, sequences(), quick({ callbacks: [nested] }))).rejects.toThrow(BusyError);
  await fit(model, sequences(), quick());
});

const poisoned = () => {
  const x = numbers([16, 2]);
  x.data[21] = Number.NaN;
  return { x, y: labels(16, 3) };
};

test("a loss that is NaN ends fit with an error that names the step and what is not finite: data first, then weights", async () => {
  const inOrder = { shuffle: false, batchSize: 4 };
  const error = await fit(dense(), poisoned(), quick(inOrder)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(NotFiniteError);
  expect(error).toMatchObject({ place: { step: 2, epoch: 0, batch: 2 }, loss: Number.NaN, tensor: "x" });
  expect(error.message).toBe("fit: the loss is NaN at step 2 (epoch 0, batch 2); not finite: x");
  const model = dense();
  model.variables[1]?.assign(tf.fill([3], Number.POSITIVE_INFINITY));
  const data = { x: numbers([16, 2]), y: labels(16, 3) };
  await expect(fit(model, data, quick())).rejects.toMatchObject({
    place: { step: 0 },
    tensor: expect.stringMatching(/^layer/),
  });
});

onNative("compiled", () => {
  test("a label outside the classes makes the loss NaN: the error says so", async () => {
    const data = { x: numbers([16, 2]), y: labels(16, 3) };
    data.y.data[9] = 7;
    const options = quick({ shuffle: false, batchSize: 4, compiled: true });
    await expect(fit(dense(), data, options)).rejects.toThrow(/at step 2 .*a label outside the classes/);
  });

  test("a model with a weight that is not trainable trains eagerly, and leaves that weight as it is", async () => {
    const model = dense();
    const [kernel] = model.variables as [tf.Variable];
    kernel.trainable = false;
    const before = [...kernel.dataSync()];
    const { compiled: _, ...options } = quick();
    await fit(model, { x: numbers([16, 2]), y: labels(16, 3) }, options);
    expect([...kernel.dataSync()]).toEqual(before);
    expect(model.variables[1]?.dataSync().some(Boolean)).toBe(true);
  });
});

test("TerminateOnNaN stops within the step and names it, instead of an error", async () => {
  const watch = losses();
  const callbacks = [watch, new TerminateOnNaN()];
  const history = await fit(dense(), poisoned(), quick({ shuffle: false, batchSize: 4, callbacks, epochs: 3 }));
  expect(watch.seen).toHaveLength(3);
  expect(history.stopped).toBe("TerminateOnNaN: the loss is NaN at step 2 (epoch 0, batch 2)");
});

test("a callback that throws ends fit with its error; others are told, listeners and tensors go, the model can be used", async () => {
  const model = classifier();
  const told: unknown[] = [];
  for (const hook of ["onTrainBegin", "onEpochBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"] as const) {
    const broken: Callback = { [hook]: async () => Promise.reject(new Error(`from ${hook}`)) };
    const witness: Callback = { onTrainEnd: (_run, error) => void told.push((error as Error | undefined)?.message) };
    await expectNoTensors(async () => {
      await expect(fit(model, sequences(), quick({ callbacks: [broken, witness] }))).rejects.toThrow(`from ${hook}`);
    });
    expect(told.at(-1)).toBe(`from ${hook}`);
    expect(process.listenerCount("SIGINT")).toBe(0);
  }
  expect(told).toHaveLength(5);
  await fit(model, sequences(), quick());
});

test("a model whose call throws ends fit with its error and leaves no tensor", async () => {
  const weight = tf.variable(tf.scalar(1));
  const broken = modelOf({ part: { variables: [weight] } }, (x: tf.Tensor) => {
    tf.mul(x, weight);
    throw new Error("cannot");
  });
  for (const compiled of tf.engineInUse.name === "tensorflow" ? [false, true] : [false]) {
    await expectNoTensors(() => expect(fit(broken, sequences(), quick({ compiled }))).rejects.toThrow("cannot"));
  }
});
