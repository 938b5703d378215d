import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import { GradientDescentOptimizer, LayerNorm, layerNorm } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { expectKeras, type GoldenCase, goldens, load } from "./golden";

beforeAll(() => tf.ready());
scopeEachTest();

const cases = goldens.layerNorm as GoldenCase<{ inputSize: number[]; epsilon: number }>[];

test.each(cases)("LayerNorm($option) has Keras's outputs and gradients, eager and compiled", (golden) => {
  const layer = new LayerNorm(golden.option);
  load(layer, golden.weights);
  expectKeras(golden, layer, (x) => layer.call(x));
});

test("each example's last axes have mean β and deviation γ, for any rank", () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
  const property = fc.property(shapes, fc.integer({ min: 2, max: 6 }), (lead, features) => {
    tf.tidy(() => {
      const x = tf.mul(uniform([...lead, features] as [number], 3), 100);
      const gain = tf.fill([features], 2);
      const rows = tf.reshape(layerNorm(x, gain, tf.fill([features], 5)), [-1, features]);
      const { mean, variance } = tf.moments(rows, 1);
      expectClose(mean, tf.fill(mean.shape, 5), 1e-4);
      expectClose(variance, tf.fill(mean.shape, 4), 1e-3);
    });
  });
  fc.assert(property, { numRuns: 30, seed: 2 });
});

test.runIf(canCompile())("training with LayerNorm gives the same weights in shards as without", () => {
  const [first, ...others] = [1, 2, 4].map((shards) => {
    const layer = new LayerNorm({ inputSize: 3 });
    const loss = (x: tf.Tensor2D) => tf.sum(tf.square(tf.sub(layer.call(x), tf.square(x))), 1);
    const optimizer = new GradientDescentOptimizer({ learningRate: 0.1 });
    const step = trainStep(loss, { variables: layer.variables, optimizer, shards });
    const x = uniform<tf.Rank.R2>([8, 3], 1);
    const losses = [step(x), step(x), step(x)];
    step.dispose();
    return [...losses, ...layer.gamma.dataSync(), ...layer.beta.dataSync()];
  });
  for (const each of others) expectClose(each, first, 1e-5);
});

test("LayerNorm leaks no tensor but its outputs, and refuses other shapes and options by name", () => {
  const layer = expectTensors(2, () => new LayerNorm({ inputSize: [2, 3] }));
  expect(layer.epsilon).toBe(1e-3);
  expect(Object.keys(layer.weights)).toEqual(["layer_normalization/gamma", "layer_normalization/beta"]);
  const x = tf.ones([4, 2, 3]);
  expectTensors(1, () => layer.call(x));
  expect(() => layer.call(tf.ones([4, 3, 2]))).toThrow(/inputs: expected .*\[any size, 2, 3\].*got .*\[4,3,2\]/);
  expect(() => layer.call(tf.ones([3]))).toThrow(/LayerNorm\.call: inputs/);
  expectTensors(-2, () => layer.dispose());
  expect(() => new LayerNorm({ inputSize: 0 })).toThrow(/LayerNorm: inputSize/);
  expect(() => new LayerNorm({ inputSize: [] })).toThrow(/LayerNorm: inputSize: expected a size, or a list/);
  expect(() => new LayerNorm({ inputSize: 2, epsilon: 0 })).toThrow(/LayerNorm: epsilon/);
  expect(() => new LayerNorm({ inputSize: 2, eps: 1 } as never)).toThrow(/also eps/);
});
