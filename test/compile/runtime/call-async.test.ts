import { expect, test } from "vitest";
import { CompileError, compile, StepNotFiniteError, shared, trainStep, trainStepOnRows } from "../../../src/compile";
import { IndexRangeError } from "../../../src/compile/internal";
import { nativeAddon } from "../../../src/native";
import { AdamOptimizer, BasicLSTMCell, dynamicRnn, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

/** w moves by −1 each step, and the step takes some 30 ms: the gradient of Σ x·w by w is x, and x is 1. */
function slowCountdown(from: number) {
  const w = tf.tidy(() => tf.variable(tf.scalar(from)));
  const square = tf.ones<tf.Rank.R2>([500, 500]);
  const loss = (x: tf.Tensor, square: tf.Tensor2D) => {
    let product = square;
    for (let i = 0; i < 12; i++) product = tf.mul(tf.matMul(product, square), 1 / 500);
    return tf.mul(tf.mul(x, tf.mean(product)), w);
  };
  const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
  const step = trainStep(loss, { variables: [w], optimizer, shards: 1 });
  const one = tf.ones([1]);
  step(one, shared(square)); // builds the graph
  return {
    w,
    start: () => step.callAsync(one, shared(square)),
    step: () => step(one, shared(square)),
    dispose: step.dispose,
    of: step,
  };
}

/** How often the event loop runs while a promise is open. */
async function turnsDuring(promise: Promise<unknown>): Promise<number> {
  let [turns, isOpen] = [0, true];
  const close = () => {
    isOpen = false;
  };
  promise.then(close, close);
  while (isOpen) {
    await new Promise(setImmediate);
    turns++;
  }
  return turns;
}

onNative("step.callAsync(batch)", () => {
  test("gives the bits of step(batch): losses, weights and moments", async () => {
    const x = uniform<tf.Rank.R3>([6, 5, 3], 4);
    const trained = async (isAsync: boolean) => {
      const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
      const optimizer = new AdamOptimizer({ learningRate: 0.05 });
      const loss = (x: tf.Tensor3D) => tf.mean(tf.square(dynamicRnn(cell, x)[0]), [1, 2]);
      const step = trainStep(loss, { variables: cell.variables, optimizer, guard: true });
      const losses: number[] = [];
      for (let i = 0; i < 5; i++) losses.push(isAsync ? await step.callAsync(x) : step(x));
      const slots = cell.variables.flatMap((variable) => optimizer.slotsOf(variable));
      const values = [...cell.variables, ...slots].map((variable) => Array.from(variable.dataSync()));
      for (const part of [step, optimizer, cell]) part.dispose();
      return { losses, values, iteration: step.iteration };
    };
    expect(await trained(true)).toEqual(await trained(false));
  });

  test.runIf(nativeAddon() !== undefined)("lets the event loop run during the step", async () => {
    const { start, dispose } = slowCountdown(10);
    expect(await turnsDuring(start())).toBeGreaterThan(20);
    dispose();
  });

  test("during it, a read of the weight waits and sees the new value; a clone from before keeps the old one", async () => {
    const { w, start, dispose } = slowCountdown(10);
    const before = tf.clone(w);
    const running = start();
    expectClose(w, [8], 1e-4);
    expectClose(before, [9], 1e-4);
    expect(await running).toBeCloseTo(9, 3);
    const next = start();
    expectClose(tf.mul(w, 10), [70], 1e-3);
    await next;
    dispose();
  });

  test("during it, an assignment holds for the next step, and another call waits for the first one", async () => {
    const { w, start, step, of, dispose } = slowCountdown(10);
    const first = start();
    w.assign(tf.scalar(50));
    const second = start();
    expect(of.iteration).toBe(2); // the first one has ended
    expect(step()).toBeCloseTo(49, 3);
    expect(of.iteration).toBe(4);
    expect((await first) as number).toBeCloseTo(9, 3);
    expect((await second) as number).toBeCloseTo(50, 3);
    expectClose(w, [48], 1e-4);
    dispose();
  });

  test("during it, a compiled function that reads the weight waits, and sees the new value", async () => {
    const { w, start, dispose } = slowCountdown(10);
    const twice = compile((x: tf.Tensor) => tf.mul(x, w), { variables: [w] });
    const two = tf.scalar(2);
    expectClose(twice(two), [18], 1e-3);
    const running = start();
    expectClose(twice(two), [16], 1e-3);
    const again = start();
    const results = await Promise.all([running, again, twice.callAsync(two)]);
    expectClose(results[2], [14], 1e-3);
    results[2].dispose();
    twice.dispose();
    dispose();
  });

  test("the batch may be disposed at once, and a tidy around the call disposes nothing of it", async () => {
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const loss = (x: tf.Tensor2D) => ({ loss: tf.sum(tf.mul(x, w), 1), aux: tf.mul(x, 2) });
    const step = trainStep(loss, { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 1 }) });
    let running: ReturnType<typeof step.callAsync> | undefined;
    tf.tidy(() => {
      running = step.callAsync(tf.tensor2d([[1, 1]]));
    });
    const { loss: value, aux } = (await running) as { loss: number; aux: tf.Tensor };
    expect(value).toBe(3);
    expectClose(aux, [[2, 2]]);
    aux.dispose();
    step.dispose();
    w.dispose();
  });

  test("is rejected where the call throws, and the step works on: a batch of one number, an index, a loss of NaN", async () => {
    const table = tf.tidy(() => tf.variable(tf.tensor2d([[1], [4]])));
    const loss = (ids: tf.Tensor1D) => tf.sqrt(tf.reshape(tf.gather(table, ids), [-1]));
    const optimizer = new GradientDescentOptimizer({ learningRate: 1 });
    const step = trainStep(loss, { variables: [table], optimizer, guard: true });
    const ids = (...list: number[]) => tf.tensor1d(list, "int32");
    expect(await step.callAsync(ids(0))).toBe(1);
    await expect(step.callAsync(3 as never)).rejects.toThrow(CompileError);
    await expect(step.callAsync(ids(7))).rejects.toThrow(IndexRangeError);
    table.assign(tf.tensor2d([[1], [-4]]));
    await expect(step.callAsync(ids(1))).rejects.toThrow(StepNotFiniteError);
    expect(await step.callAsync(ids(0))).toBe(1);
    expect(step.iteration).toBe(2);
    step.dispose();
    table.dispose();
  });

  test("leaves no tensor behind, neither by a good step nor by one that fails", async () => {
    const data: [tf.Tensor2D] = [tf.ones([4, 2])];
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const options = { variables: [w], optimizer: new GradientDescentOptimizer({ learningRate: 1 }) };
    const step = trainStepOnRows(data, (x: tf.Tensor2D) => tf.sum(tf.mul(x, w), 1), options);
    await step.callAsync([0, 1]);
    const before = tf.memory().numTensors;
    expect(await step.callAsync([2, 3])).toBe(1);
    await expect(step.callAsync([4])).rejects.toThrow("rows[0]");
    expect(tf.memory().numTensors).toBe(before);
    step.dispose();
    w.dispose();
  });

  test("dispose() during it waits: the promise is fulfilled, and the weight has its value", async () => {
    const { w, start, dispose } = slowCountdown(10);
    const running = start();
    dispose();
    expectClose(w, [8], 1e-4);
    expect(await running).toBeCloseTo(9, 3);
  });
});

onNative("compiled.callAsync(x)", () => {
  test("gives the call's tensors, several at once too", async () => {
    const [double, both] = [
      compile((x: tf.Tensor) => tf.mul(x, 2)),
      compile((x: tf.Tensor) => [tf.neg(x), tf.greater(x, 1), tf.cast(x, "int32")], { shards: 2 }),
    ];
    const [one, list] = await Promise.all([double.callAsync(tf.scalar(4)), both.callAsync(tf.tensor1d([1, 2]))]);
    expectClose(one, [8]);
    expect(list.map((each) => [each.dtype, ...each.dataSync()])).toEqual([
      ["float32", -1, -2],
      ["bool", 0, 1],
      ["int32", 1, 2],
    ]);
    tf.dispose([one, list]);
    for (const { dispose } of [double, both]) dispose();
    await expect(double.callAsync(tf.scalar(1))).rejects.toThrow("disposed");
  });
});
