import { beforeAll, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import { AdamOptimizer, Conv2D, type Conv2DOptions, onesInitializer } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";
import { expectKeras, type GoldenCase, goldensOfImages, load } from "./golden";

beforeAll(() => tf.ready());
scopeEachTest();

const { x: images, conv2d } = goldensOfImages;
const cases = conv2d as (GoldenCase<Conv2DOptions> & { readonly tanh: boolean })[];

test.each(cases)("Conv2D($option) has Keras's outputs and gradients, eager and compiled", (golden) => {
  const layer = new Conv2D({ ...golden.option, ...(golden.tanh && { activation: tf.tanh }) });
  load(layer, golden.weights);
  expectKeras(golden, layer, (x: tf.Tensor4D) => layer.call(x), layer.variables, images);
});

test.runIf(canCompile())("a compiled training step in shards trains convolutions and pooling as one without", () => {
  const [first, ...others] = [1, 2, 4].map((shards) => {
    const low = new Conv2D({ inputSize: 1, filters: 4, kernelSize: 3, padding: "same", activation: tf.relu, seed: 3 });
    const high = new Conv2D({ inputSize: 4, filters: 1, kernelSize: [2, 3], strides: [2, 1], seed: 4 });
    const loss = (x: tf.Tensor4D) =>
      tf.mean(tf.square(tf.sub(high.call(tf.maxPool(low.call(x), 2, 2, "same")), 0.3)), [1, 2, 3]);
    const variables = [...low.variables, ...high.variables];
    const step = trainStep(loss, { variables, optimizer: new AdamOptimizer({ learningRate: 0.05 }), shards });
    const x = uniform<tf.Rank.R4>([8, 8, 9, 1], 1);
    const losses = Array.from({ length: 30 }, () => step(x));
    step.dispose();
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 3);
    return losses;
  });
  for (const each of others) expectClose(each, first, 1e-5);
});

test("Conv2D leaks no tensor but its outputs; names, and refusals", () => {
  const layer = expectTensors(2, () => new Conv2D({ inputSize: 2, filters: 1, kernelSize: 3, seed: 1 }));
  expect(Object.keys(layer.weights)).toEqual(["conv2d/kernel", "conv2d/bias"]);
  const x = tf.ones<tf.Rank.R4>([1, 4, 3, 2]);
  expectTensors(1, () => layer.call(x));
  expect(() => layer.call(tf.ones([1, 4, 3, 3]))).toThrow(
    /Conv2D.call: inputs: expected .*\[batch, height, width, 2\].*got .*\[1,4,3,3\]/,
  );
  expect(() => layer.call(tf.ones([1, 4, 2, 2]))).toThrow(
    /inputs: expected images of at least 3 by 3 pixels, because padding is "valid", got/,
  );
  expectTensors(-2, () => layer.dispose());
  const ones = { inputSize: 2, filters: 1, useBias: false, kernelInitializer: onesInitializer };
  const bare = new Conv2D({ ...ones, kernelSize: [4, 1] });
  expect(bare.variables).toEqual([bare.kernel]);
  expectClose(bare.call(x), [[[[8], [8], [8]]]]);
  const wrong = (given: object) => expect(() => new Conv2D({ inputSize: 1, filters: 1, kernelSize: 1, ...given }));
  wrong({ inputSize: 0 }).toThrow(/Conv2D: inputSize/);
  wrong({ kernelSize: [3, 0] }).toThrow(/Conv2D: kernelSize/);
  wrong({ kernelSize: [3] }).toThrow(/Conv2D: kernelSize: expected a number, or \[height, width\]/);
  wrong({ strides: 1.5 }).toThrow(/Conv2D: strides/);
  wrong({ strides: null }).toThrow(/Conv2D: strides: expected a number, or \[height, width\]/);
  wrong({ padding: "causal" }).toThrow(/Conv2D: padding: expected "valid" or "same"/);
  wrong({ activation: "relu" }).toThrow(/Conv2D: activation: expected a function/);
  wrong({ dilationRate: 2 }).toThrow(/also dilationRate/);
});
