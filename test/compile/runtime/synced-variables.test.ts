import { expect, test } from "vitest";
import { compile, trainStep } from "../../../src/compile";
import {
  AdamOptimizer,
  BasicLSTMCell,
  Dense,
  dynamicRnn,
  exportWeights,
  GradientDescentOptimizer,
  importWeights,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

/** w moves by −learningRate each step: the gradient of Σ x·w by w is x, and x is 1. */
function countdown(from: number, learningRate = 1) {
  const w = tf.tidy(() => tf.variable(tf.scalar(from)));
  const optimizer = new GradientDescentOptimizer({ learningRate });
  const step = trainStep((x: tf.Tensor) => tf.mul(x, w), { variables: [w], optimizer, shards: 1 });
  return { w, step, one: tf.ones([1]), optimizer };
}

onNative("a weight has one value, wherever it was written last", () => {
  test("an eager read, an eager operation, an async read and a tensor's print after a compiled step see the new value", async () => {
    const { w, step, one } = countdown(10);
    step(one);
    expectClose(w, [9]);
    step(one);
    expectClose(tf.add(w, 1), [9]);
    step(one);
    expect(Array.from(await w.data())).toEqual([7]);
    step(one);
    expect(w.toString()).toContain("6");
    expect(w.arraySync()).toBe(6);
    step.dispose();
    expectClose(w, [5 + 1]);
    w.dispose();
  });

  test("an assignment from JavaScript is seen by the next step", () => {
    const { w, step, one } = countdown(10);
    expect(step(one)).toBe(10);
    w.assign(tf.scalar(50));
    expect(step(one)).toBe(50);
    expectClose(w, [49]);
    w.assign(tf.scalar(20));
    w.assign(tf.scalar(30));
    expect([step(one), step(one)]).toEqual([30, 29]);
    step.dispose();
    w.dispose();
  });

  test("a value assigned may be disposed, or be another variable, a clone or a result of the weight itself", () => {
    const { w, step, one } = countdown(10);
    step(one);
    w.assign(tf.mul(w, 2));
    expect(step(one)).toBe(18);
    const other = tf.tidy(() => tf.variable(tf.scalar(40)));
    w.assign(other);
    expect(step(one)).toBe(40);
    expectClose(other, [40]);
    w.assign(tf.clone(w));
    expect(step(one)).toBe(39);
    step.dispose();
    tf.dispose([w, other]);
  });

  test("batches of 150, 100, 150 rows keep the optimizer's slots: losses ≡ eager", () => {
    const make = () => new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
    const [a, b] = [make(), make()];
    const [eager, fused] = [new AdamOptimizer({ learningRate: 0.05 }), new AdamOptimizer({ learningRate: 0.05 })];
    const lossOf = (cell: BasicLSTMCell) => (x: tf.Tensor3D) => tf.mean(tf.square(dynamicRnn(cell, x)[0]), [1, 2]);
    const step = trainStep(lossOf(a), { variables: a.variables, optimizer: fused });
    [150, 100, 150, 100, 100, 150].forEach((rows, i) => {
      const x = uniform<tf.Rank.R3>([rows, 3, 3], i + 1);
      const expected = eager.minimize(() => tf.mean(lossOf(b)(x)) as tf.Scalar, b.variables);
      expectClose([step(x)], expected, 1e-5);
    });
    a.variables.forEach((variable, i) => {
      expectClose(variable, b.variables[i], 1e-5);
    });
    step.dispose();
    for (const part of [a, b, eager, fused]) part.dispose();
  });

  test("compiled and eager steps of one optimizer take turns", () => {
    const [v, w] = [tf.variable(tf.tensor1d([3, -2])), tf.variable(tf.tensor1d([3, -2]))];
    const [eager, mixed] = [new AdamOptimizer({ learningRate: 0.1 }), new AdamOptimizer({ learningRate: 0.1 })];
    const one = tf.ones([1, 1]);
    const step = trainStep((x: tf.Tensor) => tf.mul(x, tf.square(w)), { variables: [w], optimizer: mixed });
    for (let i = 0; i < 8; i++) {
      eager.minimize(() => tf.mean(tf.square(v)) as tf.Scalar, [v]);
      if (i % 3 === 1) mixed.minimize(() => tf.mean(tf.square(w)) as tf.Scalar, [w]);
      else step(one);
    }
    expectClose(w, v, 1e-6);
    step.dispose();
    for (const optimizer of [eager, mixed]) optimizer.dispose();
    tf.dispose([v, w]);
  });

  test("what is compiled for predicting sees what is trained, at once, and the other way round", () => {
    const { w, step, one } = countdown(10);
    const predict = compile((x: tf.Tensor) => tf.mul(x, w), { variables: [w] });
    expectClose(predict(one), [10]);
    step(one);
    expectClose(predict(one), [9]);
    step(one);
    step(one);
    expectClose(predict(one), [7]);
    expectClose(predict(tf.ones([2])), [7, 7]);
    w.assign(tf.scalar(3));
    expectClose(predict(one), [3]);
    expect(step(one)).toBe(3);
    predict.dispose();
    step.dispose();
    w.dispose();
  });

  test("clones and reshapes keep the value of their time", () => {
    const { w, step, one } = countdown(10);
    const before = [tf.clone(w), tf.reshape(w, [1, 1])];
    step(one);
    const after = [tf.clone(w), tf.reshape(w, [1, 1])]; // made without looking at the value
    step(one);
    step(one);
    const later = tf.clone(w);
    step(one);
    for (const tensor of before) expectClose([tensor.dataSync()[0]], [10]);
    for (const tensor of after) expectClose([tensor.dataSync()[0]], [9]);
    expectClose(later, [7]);
    expectClose(w, [6]);
    step.dispose();
    w.dispose();
  });

  test("a clone keeps its value although the weight is assigned and trained on before anyone looks", () => {
    const { w, step, one } = countdown(10);
    step(one);
    const nine = tf.clone(w);
    w.assign(tf.scalar(100));
    step(one);
    expectClose(nine, [9]);
    expectClose(w, [99]);
    step.dispose();
    w.dispose();
  });

  test("a clone outlives the step and the weight", () => {
    const { w, step, one } = countdown(10);
    step(one);
    const copy = tf.clone(w);
    w.dispose();
    step.dispose();
    expectClose(copy, [9]);
  });

  test("one weight in two training steps with two optimizers", () => {
    const w = tf.tidy(() => tf.variable(tf.scalar(10)));
    const [slow, fast] = [new GradientDescentOptimizer({ learningRate: 1 }), new AdamOptimizer({ learningRate: 2 })];
    const loss = (x: tf.Tensor) => tf.mul(x, w);
    const [a, b] = [slow, fast].map((optimizer) => trainStep(loss, { variables: [w], optimizer })) as [
      typeof step,
      typeof step,
    ];
    const step = trainStep(loss, { variables: [w], optimizer: slow });
    const one = tf.ones([1]);
    expect([a(one), b(one), a(one), a(one), b(one)].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([
      10, 9, 7, 6, 5,
    ]);
    expectClose(w, [3], 1e-4);
    a.dispose();
    expectClose([b(one)], [3], 1e-4);
    b.dispose();
    expectClose(w, [1], 1e-4);
    step.dispose();
    fast.dispose();
    w.dispose();
  });

  test("two weights, of which two steps train one each", () => {
    const [v, w] = [tf.tidy(() => tf.variable(tf.scalar(10))), tf.tidy(() => tf.variable(tf.scalar(20)))];
    const optimizer = () => new GradientDescentOptimizer({ learningRate: 1 });
    const both = compile((x: tf.Tensor) => [tf.mul(x, v), tf.mul(x, w)], { variables: [v, w] });
    const first = trainStep((x: tf.Tensor) => tf.mul(x, v), { variables: [v], optimizer: optimizer() });
    const second = trainStep((x: tf.Tensor) => tf.mul(x, w), { variables: [w], optimizer: optimizer() });
    const one = tf.ones([1]);
    first(one);
    second(one);
    second(one);
    expect(both(one).map((tensor) => tensor.dataSync()[0])).toEqual([9, 18]);
    for (const { dispose } of [both, first, second]) dispose();
    tf.dispose([v, w]);
  });

  const orders = ["wso", "wos", "swo", "sow", "ows", "osw"];
  test.each(orders)("weights, step and optimizer are disposed in the order %s, values unread", (order) => {
    const before = tf.memory().numTensors;
    const w = tf.tidy(() => tf.variable(tf.ones([3])));
    const optimizer = new AdamOptimizer();
    const step = trainStep((x: tf.Tensor) => tf.mul(x, w), { variables: [w], optimizer });
    const x = tf.ones([2, 3]);
    step(x);
    step(x);
    x.dispose();
    const parts = { w, s: step, o: optimizer };
    for (const name of order) parts[name as "w"].dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("values are in place when the step is disposed before anyone looked, the slots' too", () => {
    const w = tf.tidy(() => tf.variable(tf.tensor1d([3, -2])));
    const v = tf.tidy(() => tf.variable(tf.tensor1d([3, -2])));
    const optimizers = [new AdamOptimizer({ learningRate: 0.1 }), new AdamOptimizer({ learningRate: 0.1 })] as const;
    const one = tf.ones([1, 1]);
    const steps = (variable: tf.Variable, optimizer: AdamOptimizer) =>
      trainStep((x: tf.Tensor) => tf.mul(x, tf.square(variable)), { variables: [variable], optimizer });
    const whole = steps(v, optimizers[0]);
    for (let i = 0; i < 6; i++) whole(one);
    for (let part = 0; part < 2; part++) {
      const step = steps(w, optimizers[1]);
      for (let i = 0; i < 3; i++) step(one);
      step.dispose();
    }
    expectClose(w, v, 1e-6);
    whole.dispose();
    for (const optimizer of optimizers) optimizer.dispose();
    tf.dispose([v, w]);
  });

  test("exportWeights after training and importWeights into a model that goes on training", () => {
    const make = () => new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
    const [cell, copy] = [make(), make()];
    const x = uniform<tf.Rank.R3>([4, 3, 3], 2);
    const stepOf = (trained: BasicLSTMCell) =>
      trainStep((x: tf.Tensor3D) => tf.mean(tf.square(dynamicRnn(trained, x)[0]), [1, 2]), {
        variables: trained.variables,
        optimizer: new GradientDescentOptimizer({ learningRate: 0.5 }),
      });
    const [step, other] = [stepOf(cell), stepOf(copy)];
    other(x);
    for (let i = 0; i < 5; i++) step(x);
    const saved = exportWeights(cell);
    const trained = Object.values(saved).map(({ data }) => Array.from(data));
    importWeights(copy, saved);
    const losses = Array.from({ length: 3 }, () => step(x));
    expect(Array.from({ length: 3 }, () => other(x))).toEqual(losses);
    expect(Object.values(saved).map(({ data }) => Array.from(data))).toEqual(trained); // not overwritten by the steps
    for (const part of [step, other, cell, copy]) part.dispose();
  });

  test("an array read before a step is not overwritten by it", () => {
    const { w, step, one } = countdown(10);
    step(one);
    const nine = w.dataSync();
    for (let i = 0; i < 20; i++) step(one);
    expect(Array.from(nine)).toEqual([9]);
    step.dispose();
    w.dispose();
  });

  test("the tf.Variable stays a variable: name, shape, memory and gradients", () => {
    const { w, step, one } = countdown(3);
    const { name, id } = w;
    const before = tf.memory();
    for (let i = 0; i < 3; i++) step(one);
    expect(tf.memory()).toEqual(before);
    expect([w.name, w.id, w.shape, w.isDisposed]).toEqual([name, id, [], false]);
    w.assign(tf.scalar(3));
    expectClose(tf.variableGrads(() => tf.square(w) as tf.Scalar, [w]).grads[w.name], [6]);
    step.dispose();
    w.dispose();
  });

  test("a layer used eagerly between steps sees every update", () => {
    const layer = new Dense({ inputSize: 2, outputSize: 1, seed: 1 });
    const [x, y] = [uniform<tf.Rank.R2>([8, 2], 1), tf.ones([8, 1])];
    const loss = (x: tf.Tensor2D, y: tf.Tensor) => tf.square(tf.sub(layer.call(x), y));
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    const step = trainStep(loss, { variables: layer.variables, optimizer });
    for (let i = 0; i < 5; i++) {
      const eager = tf.mean(loss(x, y)).dataSync()[0] as number; // seen going wrong: session loss 0.11, eager loss 2.78
      expectClose([step(x, y)], [eager], 1e-6);
    }
    step.dispose();
    layer.dispose();
  });
});
