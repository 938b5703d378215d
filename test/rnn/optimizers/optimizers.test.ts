import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";

const golden = JSON.parse(readFileSync(join(__dirname, "../../golden/optimizers.json"), "utf8"));
type Options = Record<string, unknown>;
const KINDS = {
  GradientDescentOptimizer: (options: Options) => new rnn.GradientDescentOptimizer(options),
  MomentumOptimizer: (options: Options) => new rnn.MomentumOptimizer(options),
  RMSPropOptimizer: (options: Options) => new rnn.RMSPropOptimizer(options),
  AdamOptimizer: (options: Options) => new rnn.AdamOptimizer(options),
  AdamWOptimizer: (options: Options) => new rnn.AdamWOptimizer(options),
};
const make = (name: string, options: Options) => KINDS[name.split(" ")[0] as keyof typeof KINDS](options);
const cases: [string, Options, number[][][]][] = [
  ...Object.entries(golden.optimizers as Record<string, { options: Options; weights: number[][][] }>).map(
    ([name, { options, weights }]): [string, Options, number[][][]] => [name, options, weights],
  ),
  ...Object.entries(golden.clipping as Record<string, { limit: number; weights: number[][][] }>).map(
    ([name, { limit, weights }]): [string, Options, number[][][]] => [
      `GradientDescentOptimizer ${name}`,
      { learningRate: 1, [name]: limit },
      weights,
    ],
  ),
];

beforeAll(() => tf.ready());

const start = () =>
  golden.start.map((values: number[]) => tf.tidy(() => tf.variable(tf.tensor(values)))) as tf.Variable[];

describe.each(cases)("%s", (name, options, weights) => {
  test("eagerly: TensorFlow 1.x's weights after every step, to 1e-6", () => {
    const [variables, optimizer] = [start(), make(name, options)];
    golden.gradients.forEach((gradients: number[][], step: number) => {
      optimizer.applyGradients(
        variables.map((variable, i) => ({ variable, gradient: tf.tensor(gradients[i] as number[]) })),
      );
      for (const [i, variable] of variables.entries()) expectClose(variable, weights[step]?.[i], 2e-6);
    });
  });

  test("compiled: the same", ({ skip }) => {
    skip(!canCompile(), "needs the native engine");
    const [variables, optimizer] = [start(), make(name, options)];
    // A loss whose gradient is what is given: the sum of weights times it. One shard; a scalar does not split.
    const loss = (a: tf.Tensor, b: tf.Tensor) => {
      const [v, w] = variables as [tf.Variable, tf.Variable];
      return tf.add(tf.sum(tf.mul(v, tf.reshape(a, v.shape))), tf.sum(tf.mul(w, tf.reshape(b, w.shape))));
    };
    const step = trainStep((a: tf.Tensor, b: tf.Tensor) => loss(a, b), { variables, optimizer });
    golden.gradients.forEach((gradients: number[][], at: number) => {
      const [a, b] = gradients.map((values) => tf.tensor(values).reshape([1, -1])) as [tf.Tensor, tf.Tensor];
      step(a, b);
      for (const [i, variable] of variables.entries()) expectClose(variable, weights[at]?.[i], 2e-6);
    });
    step.dispose();
  });
});

test("AdamW takes its share off the weights, then does Adam's step, eagerly and compiled", ({ skip }) => {
  const gradient = tf.tensor1d([1, -2]);
  const decayed = tf.tidy(() => tf.variable(tf.tensor1d([3 * 0.9, 4 * 0.9])));
  new rnn.AdamOptimizer({ learningRate: 0.1 }).applyGradients([{ variable: decayed, gradient }]);
  const eager = tf.tidy(() => tf.variable(tf.tensor1d([3, 4])));
  const options = { learningRate: 0.1, weightDecay: 0.1 };
  new rnn.AdamWOptimizer(options).applyGradients([{ variable: eager, gradient }]);
  expectClose(eager, decayed);
  skip(!canCompile(), "needs the native engine");
  const compiled = tf.tidy(() => tf.variable(tf.tensor1d([3, 4])));
  const optimizer = new rnn.AdamWOptimizer(options);
  const step = trainStep((g: tf.Tensor) => tf.sum(tf.mul(compiled, g)), { variables: [compiled], optimizer });
  step(gradient);
  expectClose(compiled, decayed);
  step.dispose();
});

test("a learning rate may be a function of the steps done", ({ skip }) => {
  const w = tf.tidy(() => tf.variable(tf.tensor1d([0])));
  const optimizer = new rnn.GradientDescentOptimizer({ learningRate: (step) => (step < 2 ? 1 : 10) });
  const gradient = tf.tensor1d([-1]);
  const seen = [0, 1, 2].map(() => {
    optimizer.applyGradients([{ variable: w, gradient }]);
    return w.dataSync()[0];
  });
  expect(seen).toEqual([1, 2, 12]);
  skip(!canCompile(), "needs the native engine");
  const step = trainStep((g: tf.Tensor) => tf.sum(tf.mul(w, g)), { variables: [w], optimizer });
  step(gradient);
  expect(w.dataSync()[0]).toBe(22);
  step.dispose();
});

test("options out of range and two ways of clipping are refused by name", () => {
  expect(() => make("MomentumOptimizer", { momentum: 1 })).toThrow(/momentum: expected a number from 0 to below 1/);
  expect(() => make("RMSPropOptimizer", { epsilon: -1 })).toThrow(/epsilon/);
  expect(() => make("AdamWOptimizer", { weightDecay: 2 })).toThrow(/weightDecay/);
  expect(() => make("AdamOptimizer", { clipNorm: 1, clipValue: 1 })).toThrow(/clipping: expected one way at most/);
  expect(() => make("GradientDescentOptimizer", { globalClipNorm: 0 })).toThrow(/globalClipNorm/);
});

test("a step leaves the slots, the first time; dispose frees them", () => {
  const variables = start();
  const gradients = variables.map((variable) => ({ variable, gradient: tf.tidy(() => tf.onesLike(variable)) }));
  const optimizer = make("RMSPropOptimizer", { globalClipNorm: 1 });
  expectTensors(4, () => optimizer.applyGradients(gradients));
  expectTensors(0, () => optimizer.applyGradients(gradients));
  expectTensors(-4, () => optimizer.dispose());
});
