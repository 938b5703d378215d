import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import { AdamOptimizer, Conv1D, type Conv1DOptions, onesInitializer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { expectKeras, type GoldenCase, goldens, load } from "./golden";

beforeAll(() => tf.ready());
scopeEachTest();

const cases = goldens.conv1d as (GoldenCase<Conv1DOptions> & { readonly tanh: boolean })[];

test.each(cases)("Conv1D($option) has Keras's outputs and gradients, eager and compiled", (golden) => {
  const layer = new Conv1D({ ...golden.option, ...(golden.tanh && { activation: tf.tanh }) });
  load(layer, golden.weights);
  expectKeras(golden, layer, (x) => layer.call(x));
});

/** The equation of the docstring, in loops. */
function byHand(x: number[][], w: number[][][], { strides = 1, dilationRate = 1, padding = "valid" }: Conv1DOptions) {
  const reach = (w.length - 1) * dilationRate;
  const count = padding === "valid" ? Math.ceil((x.length - reach) / strides) : Math.ceil(x.length / strides);
  const total = Math.max(0, (count - 1) * strides + reach + 1 - x.length);
  const before = padding === "valid" ? 0 : padding === "causal" ? reach : Math.floor(total / 2);
  return Array.from({ length: count }, (_, t) =>
    Array.from({ length: w[0]?.[0]?.length as number }, (_, out) => {
      let sum = 0;
      w.forEach((tap, k) => {
        const row = x[t * strides + k * dilationRate - before];
        for (const [i, value] of (row ?? []).entries()) sum += value * (tap[i]?.[out] as number);
      });
      return sum;
    }),
  );
}

const options = fc
  .record({
    kernelSize: fc.integer({ min: 1, max: 4 }),
    strides: fc.integer({ min: 1, max: 3 }),
    dilationRate: fc.integer({ min: 1, max: 3 }),
    padding: fc.constantFrom("valid" as const, "same" as const, "causal" as const),
  })
  .filter(({ strides, dilationRate }) => strides === 1 || dilationRate === 1);

test("Conv1D is the sum of its docstring, for all widths, strides, paddings and dilations", () => {
  const property = fc.property(options, fc.integer({ min: 1, max: 12 }), (given, nSteps) => {
    tf.tidy(() => {
      const layer = new Conv1D({ inputSize: 2, filters: 3, seed: 1, useBias: false, ...given });
      const x = uniform<tf.Rank.R3>([1, nSteps, 2], 5);
      if (given.padding === "valid" && nSteps <= (given.kernelSize - 1) * given.dilationRate) {
        expect(() => layer.call(x)).toThrow(/inputs: expected at least \d+ time steps, because padding is "valid"/);
      } else {
        const [expected] = [byHand(x.arraySync()[0] as number[][], layer.kernel.arraySync(), { ...layer, ...given })];
        expectClose(layer.call(x), tf.tensor3d([expected]), 1e-5);
      }
      layer.dispose();
    });
  });
  fc.assert(property, { numRuns: 80, seed: 6 });
});

test('with padding "causal" no output depends on a later input, and padding after the end changes no live step', () => {
  for (const dilationRate of [1, 2]) {
    const layer = new Conv1D({ inputSize: 2, filters: 2, kernelSize: 3, padding: "causal", dilationRate, seed: 1 });
    const x = uniform<tf.Rank.R3>([2, 6, 2], 1);
    const longer = tf.concat([x, tf.fill([2, 3, 2], 9)], 1) as tf.Tensor3D;
    expectClose(tf.slice(layer.call(longer), [0, 0, 0], [2, 6, 2]), layer.call(x));
  }
});

test.runIf(canCompile())(
  "a compiled training step in shards trains a dilated causal convolution as one without",
  () => {
    const [first, ...others] = [1, 2, 4].map((shards) => {
      const conv = { inputSize: 2, filters: 1, kernelSize: 2, seed: 3 };
      const layers = [new Conv1D(conv), new Conv1D({ ...conv, inputSize: 1, padding: "causal", dilationRate: 2 })];
      const [low, high] = layers as [Conv1D, Conv1D];
      const loss = (x: tf.Tensor3D) => tf.mean(tf.square(tf.sub(high.call(low.call(x)), 0.3)), [1, 2]);
      const variables = layers.flatMap((layer) => layer.variables);
      const step = trainStep(loss, { variables, optimizer: new AdamOptimizer({ learningRate: 0.05 }), shards });
      const x = uniform<tf.Rank.R3>([8, 6, 2], 1);
      const losses = Array.from({ length: 30 }, () => step(x));
      step.dispose();
      expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 3);
      return losses;
    });
    for (const each of others) expectClose(each, first, 1e-5);
  },
);

test("Conv1D leaks no tensor but its outputs; names, and refusals", () => {
  const layer = expectTensors(2, () => new Conv1D({ inputSize: 2, filters: 1, kernelSize: 3, seed: 1 }));
  expect(Object.keys(layer.weights)).toEqual(["conv1d/kernel", "conv1d/bias"]);
  const x = tf.ones<tf.Rank.R3>([1, 4, 2]);
  expectTensors(1, () => layer.call(x));
  expect(() => layer.call(tf.ones([1, 4, 3]))).toThrow(/inputs: expected .*\[batch, nSteps, 2\].*got .*\[1,4,3\]/);
  expectTensors(-2, () => layer.dispose());
  const bare = new Conv1D({
    inputSize: 2,
    filters: 1,
    kernelSize: 2,
    useBias: false,
    kernelInitializer: onesInitializer,
  });
  expect(bare.variables).toEqual([bare.kernel]);
  expectClose(bare.call(x), [[[4], [4], [4]]]);
  const wrong = (given: object) => expect(() => new Conv1D({ inputSize: 1, filters: 1, kernelSize: 1, ...given }));
  wrong({ kernelSize: 0 }).toThrow(/Conv1D: kernelSize/);
  wrong({ padding: "SAME" }).toThrow(/Conv1D: padding: expected "valid", "same" or "causal"/);
  wrong({ strides: 2, dilationRate: 2 }).toThrow(/Conv1D: dilationRate: expected 1, where strides is above 1/);
  wrong({ activation: "relu" }).toThrow(/Conv1D: activation: expected a function/);
  wrong({ dilation: 2 }).toThrow(/also dilation/);
});
