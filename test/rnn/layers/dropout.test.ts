import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { CompileError, canCompile, compile, type StepTraining, scan, trainStep } from "../../../src/compile";
import { Dense, DropoutWrapper, dropout, dynamicRnn, GRUCell, GradientDescentOptimizer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const half = { keepProb: 0.5 };
const training = (step = 0) => ({ seed: 7, step });
const masks = (count: number, shape: number[], given = training()) =>
  Array.from({ length: count }, () => dropout(tf.ones(shape), given, half).dataSync());
const shareOfEqual = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).filter((value, i) => value === b[i]).length / a.length;

test("dropout(x, training, { keepProb }) keeps that share, divided by keepProb, so that the mean stays", () => {
  const x = tf.fill([100, 50], 3);
  const dropped = dropout(x, training(), { keepProb: 0.8 });
  const values = new Set(dropped.dataSync());
  expect([...values].sort()).toEqual([0, Math.fround(3 / Math.fround(0.8))]);
  expect(tf.mean(dropped).dataSync()[0]).toBeCloseTo(3, 1);
});

test("without training, and with keepProb 1, the values are those of x in a new tensor", () => {
  const x = uniform<tf.Rank.R2>([3, 4], 1);
  for (const result of [dropout(x, undefined, half), dropout(x, training(), { keepProb: 1 })]) {
    expectClose(result, x, 0);
    result.dispose();
  }
  expect(x.isDisposed).toBe(false);
});

test("every call with one training draws another mask, and so does an unrolling beside it; each step draws others", () => {
  const one = masks(3, [40, 50]);
  const again = masks(3, [40, 50]);
  expect(again).toEqual(one);
  const [first, second, third] = one as [Float32Array, Float32Array, Float32Array];
  const next = masks(1, [40, 50], training(1))[0] as Float32Array;
  for (const [a, b] of [
    [first, second],
    [second, third],
    [first, third],
    [first, next],
  ] as const) {
    expect(shareOfEqual(a, b)).toBeGreaterThan(0.45);
    expect(shareOfEqual(a, b)).toBeLessThan(0.55);
  }
  const shared = training();
  const echo = new DropoutWrapper(new GRUCell({ inputSize: 50, numUnits: 1, seed: 1 }), { inputKeepProb: 0.5 });
  dynamicRnn(echo, tf.ones([40, 2, 50]), { training: shared });
  expect(dropout(tf.ones([40, 50]), shared, half).dataSync()).toEqual(second);
});

test("the gradient of dropout is its mask", () => {
  const x = uniform<tf.Rank.R2>([4, 5], 1);
  const gradient = tf.grad((z: tf.Tensor) => tf.sum(dropout(z, training(), half)))(x);
  expectClose(gradient, dropout(tf.ones([4, 5]), training(), half), 0);
});

describe.runIf(canCompile())("eager, compiled and sharded masks are the same", () => {
  const rest = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });
  const cuts = fc.constantFrom([4, 1], [4, 2], [4, 4], [6, 3], [3, 3], [5, 1]);

  test("in compile(…, { shards }), for any rank, batch and number of shards", () => {
    const property = fc.property(cuts, rest, fc.integer({ min: 0, max: 99 }), ([batch, shards], features, step) => {
      tf.tidy(() => {
        const x = uniform([batch as number, ...features] as [number], 3);
        const twice = (z: tf.Tensor) => {
          const given = training(step);
          return dropout(dropout(z, given, { keepProb: 0.9 }), given, half);
        };
        const compiled = compile(twice, { shards: shards as number });
        expectClose(compiled(x), twice(x), 1e-6); // Grappler turns the divisions into one product
        compiled.dispose();
      });
    });
    fc.assert(property, { numRuns: 12, seed: 4 });
  });

  test("in trainStep, step by step", () => {
    const runs = [1, 2, 4].map((shards) => {
      const layer = new Dense({ inputSize: 3, outputSize: 2, seed: 1 });
      const loss = (x: tf.Tensor2D, given: StepTraining) => {
        const hidden = layer.call(dropout(x, given, half));
        return tf.sum(tf.square(dropout(hidden, given, half)), 1);
      };
      const options = { variables: layer.variables, optimizer: new GradientDescentOptimizer({ learningRate: 0.1 }) };
      const step = trainStep(loss, { ...options, shards, seed: 7 });
      const eager = tf.mean(loss(uniform<tf.Rank.R2>([8, 3], 1), { seed: 7, step: tf.scalar(0, "int32") }));
      const losses = [0, 1, 2].map(() => step(uniform<tf.Rank.R2>([8, 3], 1)));
      expectClose(eager, losses.slice(0, 1), 1e-6);
      step.dispose();
      return losses;
    });
    for (const each of runs) expectClose(each, runs[0], 1e-6);
  });

  test("of a tensor whose first axis merges batch and time, and of a weight that all examples share", () => {
    const weight = tf.variable(tf.ones([2, 2]));
    const merged = (x: tf.Tensor3D) => {
      const given = training();
      const kernel = dropout(weight, given, half) as tf.Tensor2D;
      const flat = dropout(tf.reshape(x, [-1, 2]), given, half) as tf.Tensor2D;
      return tf.reshape(tf.matMul(flat, kernel), x.shape);
    };
    for (const [batch, shards] of [
      [4, 1],
      [4, 2],
      [4, 4],
      [6, 3],
    ] as const) {
      const x = uniform<tf.Rank.R3>([batch, 3, 2], 1);
      const compiled = compile(merged, { shards, variables: [weight] });
      expectClose(compiled(x), merged(x), 1e-6);
      compiled.dispose();
    }
  });

  test("a tensor whose batch is another axis than the first is refused in shards", () => {
    const timeMajor = (x: tf.Tensor3D) =>
      tf.transpose(dropout(tf.transpose(x, [1, 0, 2]), training(), half), [1, 0, 2]);
    const sharded = compile(timeMajor, { shards: 2 });
    expect(() => sharded(uniform<tf.Rank.R3>([4, 3, 2], 1))).toThrow(CompileError);
    sharded.dispose();
  });

  test("in a compiled loop over time it is refused: all time steps would get one mask", () => {
    const step = ([x]: tf.Tensor[], [h]: tf.Tensor[]) => {
      const next = tf.add(dropout(x as tf.Tensor, training(), half), h as tf.Tensor);
      return { results: [next], states: [next] };
    };
    const loop = compile((x: tf.Tensor3D) => scan(step, [x], [tf.zeros([2, 2])]).results[0] as tf.Tensor);
    expect(() => loop(tf.ones([300, 2, 2]))).toThrow(/dropout: training: expected a call outside of a compiled loop/);
  });
});

test("dropout leaks no tensor but its result, and refuses wrong arguments by name", () => {
  const x = tf.ones([2, 3]);
  expectTensors(1, () => dropout(x, training(), half));
  expectTensors(1, () => dropout(x, undefined, half));
  expect(() => dropout(x, training(), { keepProb: 0 })).toThrow(/dropout: keepProb: expected a number above 0 and at/);
  expect(() => dropout(x, training(), { rate: 0.5 } as never)).toThrow(/dropout: options: .*also rate/);
  expect(() => dropout(tf.scalar(1), training(), half)).toThrow(/dropout: x: expected a float32 tensor of shape/);
  expect(() => dropout(tf.ones([2], "int32"), undefined, half)).toThrow(/dropout: x/);
  expect(() => dropout(x, { seed: 0.5, step: 0 }, half)).toThrow(/dropout: training\.seed/);
});
