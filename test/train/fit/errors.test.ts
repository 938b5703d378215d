import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import * as tf from "../../../src/tf";
import { BusyError, type Callback, fit, modelOf, NotFiniteError, TerminateOnNaN } from "../../../src/train";
import { onNative } from "../../compile/support";
import {
  adam,
  classifier,
  dense,
  expectNoTensors,
  labels,
  losses,
  numbers,
  quick,
  sequences,
  weightsOf,
} from "../support";

beforeAll(() => tf.ready());

test("a second fit refuses a model in use, also as another object with the same weights, also from a callback", async () => {
  const model = classifier();
  const first = fit(model, sequences(), quick({ epochs: 3 }));
  await expect(fit(model, sequences(), quick())).rejects.toThrow(BusyError);
  await expect(fit({ ...model }, sequences(), quick())).rejects.toThrow(/another fit is training/);
  await first;
  const nested: Callback = { onEpochEnd: async () => void (await fit(model, sequences(), quick())) };
  await expect(fit(model, sequences(), quick({ callbacks: [nested] }))).rejects.toThrow(BusyError);
  await fit(model, sequences(), quick());
});

test("a second fit refuses an optimizer in use, because the optimizer would count the steps of both", async () => {
  const optimizer = adam();
  const model = classifier();
  const first = fit(model, sequences(), quick({ optimizer }));
  await expect(fit(classifier(), sequences(), quick({ optimizer }))).rejects.toThrow(
    /^fit: optimizer: expected one that trains nothing else, got one that another fit trains with/,
  );
  await first;
  await fit(model, sequences(), quick({ optimizer }));
});

test.each([false, true])(
  "fit refuses a model with frozen weights only, compiled: %s, and leaves no tensor",
  async (compiled) => {
    const model = classifier();
    for (const variable of model.variables) variable.trainable = false;
    await expectNoTensors(async () => {
      const refusal = fit(model, sequences(), quick({ compiled: compiled && canCompile() }));
      await expect(refusal).rejects.toThrow(/^fit: model\.variables: expected one to train at least, got none that is/);
    });
  },
);

test.each([false, true])("a model that returns nothing is named, compiled: %s", async (compiled) => {
  const model = classifier();
  const silent: unknown = { ...model, call: () => undefined };
  const refusal = fit(silent as typeof model, sequences(), quick({ compiled: compiled && canCompile() }));
  await expect(refusal).rejects.toThrow(
    "fit: what model.call returns: expected a tensor, or a record of tensors, got undefined",
  );
});

const poisoned = () => {
  const x = numbers([16, 2]);
  x.data[21] = Number.NaN;
  return { x, y: labels(16, 3) };
};

/** A finite loss whose gradient is infinite: the derivative of the square root at 0. */
const rooted = (outputs: tf.Tensor) => tf.mean(tf.sqrt(tf.relu(tf.sub(outputs, outputs))), 1);

describe.each([false, true])("compiled: %s", (compiled) => {
  const there = test.runIf(!compiled || canCompile());
  const inOrder = (more = {}) => quick({ shuffle: false, batchSize: 4, compiled, optimizer: adam(), ...more });

  there(
    "a step that is not finite ends fit with an error that names step and first tensor; no weight changes",
    async () => {
      const model = dense();
      const optimizer = adam();
      const watch = losses();
      const weights: number[][] = [];
      const callbacks = [watch, { onBatchEnd: () => void weights.push(weightsOf(model)) }];
      const error = await fit(model, poisoned(), inOrder({ optimizer, callbacks })).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(NotFiniteError);
      expect(error).toMatchObject({ place: { step: 2, epoch: 0, batch: 2 }, loss: Number.NaN, tensor: "x" });
      expect(error.example).toBe("data.x[10][1] is NaN");
      expect(error.message).toBe(
        "fit: the loss is NaN at step 3 (epoch 1, batch 3); not finite: data.x[10][1] is NaN. Nothing was moved",
      );
      expect(watch.seen).toHaveLength(2);
      expect(optimizer.step).toBe(2);
      expect(weightsOf(model)).toEqual(weights.at(-1));
    },
  );

  there(
    "the first tensor is searched in the data, then in the weights by name, then in the gradients by name",
    async () => {
      const data = { x: numbers([16, 2]), y: labels(16, 3) };
      for (const [i, name] of ["layer/dense/kernel", "layer/dense/bias"].entries()) {
        const model = dense();
        const weight = model.variables[i] as tf.Variable;
        weight.assign(tf.fill(weight.shape, Number.POSITIVE_INFINITY));
        await expect(fit(model, data, inOrder())).rejects.toMatchObject({ place: { step: 0 }, tensor: name });
      }
      const model = dense();
      const before = weightsOf(model);
      await expect(fit(model, data, inOrder({ loss: rooted }))).rejects.toMatchObject({
        loss: 0,
        tensor: "the gradient of layer/dense/kernel",
      });
      expect(weightsOf(model)).toEqual(before);
    },
  );

  there("a weight that is not trainable does not change, and the weights after it are trained", async () => {
    const model = dense();
    const [kernel] = model.variables as [tf.Variable];
    kernel.trainable = false;
    const before = [...kernel.dataSync()];
    await fit(model, { x: numbers([16, 2]), y: labels(16, 3) }, inOrder());
    expect([...kernel.dataSync()]).toEqual(before);
    expect(model.variables[1]?.dataSync().some(Boolean)).toBe(true);
  });

  there("NaN in x is named by row, time step and feature of the data, in shuffled and in ragged data too", async () => {
    const shuffled = { ...sequences(16) };
    shuffled.x.data[9 * 8 + 2 * 2 + 1] = Number.POSITIVE_INFINITY; // row 9, time step 2, feature 1
    const error = await fit(classifier(), shuffled, quick({ compiled, batchSize: 16 })).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "NotFiniteError", tensor: "x", example: "data.x[9][2][1] is Infinity" });
    const ragged = [3, 1, 4, 2].map((length, i) => numbers([length, 2], i));
    for (const at of [0, 2]) (ragged[at] as { data: Float32Array }).data[5] = Number.NaN;
    const more = await fit(
      classifier(),
      { x: ragged, y: labels(4, 3) },
      quick({ compiled, batchSize: 4, buckets: 1 }),
    ).catch((thrown) => thrown);
    expect(more.example).toMatch(/^data\.x\[[02]\]\[2\]\[1\] is NaN, and 1 other row of this batch$/);
    expect(more.message).toContain("(epoch 1, batch 1); not finite: data.x[");
  });

  there("NaN in the padding of x is not blamed for a loss that is not finite", async () => {
    const data = { ...sequences(8), lengths: { x: { data: new Int32Array(8).fill(2), shape: [8] } } };
    data.x.data[7] = Number.NaN; // row 0, time step 3
    const root = (outputs: tf.Tensor) => tf.mean(tf.sqrt(tf.sub(tf.neg(tf.square(outputs)), 1)), 1);
    const error = await fit(classifier(), data, quick({ compiled, loss: root })).catch((thrown) => thrown);
    expect(error).toMatchObject({ tensor: "the loss" });
    expect(error.example).toBeUndefined();
  });

  there("TerminateOnNaN stops the training and names the step, instead of an error", async () => {
    const watch = losses();
    const history = await fit(dense(), poisoned(), inOrder({ callbacks: [watch, new TerminateOnNaN()], epochs: 3 }));
    expect(watch.seen).toHaveLength(2);
    expect(history.stopped).toBe(
      "TerminateOnNaN: the loss is NaN at step 3 (epoch 1, batch 3), first in data.x[10][1] is NaN",
    );
    expect(history.next).toMatchObject({ epoch: 0, batch: 2 });
  });
});

onNative("compiled", () => {
  test("a loss that is NaN with finite data, weights and labels: the error names the loss, and no label", async () => {
    const data = { x: numbers([16, 2]), y: labels(16, 3) };
    const root = (outputs: tf.Tensor) => tf.mean(tf.sqrt(tf.sub(tf.neg(tf.square(outputs)), 1)), 1);
    const options = quick({ shuffle: false, batchSize: 4, compiled: true, loss: root });
    await expect(fit(dense(), data, options)).rejects.toThrow(/the loss, though data and weights are finite\. Nothing/);
  });
});

test("a callback that throws ends fit with its error; others get it, listeners and tensors are freed, the model is usable", async () => {
  const model = classifier();
  const heard: unknown[] = [];
  for (const hook of ["onTrainBegin", "onEpochBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"] as const) {
    const broken: Callback = { [hook]: async () => Promise.reject(new Error(`from ${hook}`)) };
    const witness: Callback = { onTrainEnd: (_run, error) => void heard.push((error as Error | undefined)?.message) };
    await expectNoTensors(async () => {
      await expect(fit(model, sequences(), quick({ callbacks: [broken, witness] }))).rejects.toThrow(`from ${hook}`);
    });
    expect(heard.at(-1)).toBe(`from ${hook}`);
    expect(process.listenerCount("SIGINT")).toBe(0);
  }
  expect(heard).toHaveLength(5);
  await fit(model, sequences(), quick());
});

test("an error of model.call ends fit, and no tensor is left", async () => {
  const weight = tf.variable(tf.scalar(1));
  const broken = modelOf({ part: { variables: [weight] } }, (x: tf.Tensor) => {
    tf.mul(x, weight);
    throw new Error("cannot");
  });
  for (const compiled of tf.engineInUse.name === "tensorflow" ? [false, true] : [false]) {
    await expectNoTensors(() => expect(fit(broken, sequences(), quick({ compiled }))).rejects.toThrow("cannot"));
  }
});
