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

  test("compiled: TensorFlow 1.x's weights after every step, to 1e-6", ({ skip }) => {
    skip(!canCompile(), "needs the native engine");
    const [variables, optimizer] = [start(), make(name, options)];
    // The gradient of the loss Σ w·g is g. The loss is a scalar, so the step runs in one shard.
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

/** The two ways of applying the gradient of the loss Σ w·g, which is g. */
const eagerStep = (w: tf.Variable, optimizer: rnn.Optimizer) => (g: tf.Tensor) => {
  optimizer.applyGradients([{ variable: w, gradient: g }]);
};
const compiledStep = (w: tf.Variable, optimizer: rnn.Optimizer) => {
  const step = trainStep((g: tf.Tensor) => tf.sum(tf.mul(w, g)), { variables: [w], optimizer });
  return (g: tf.Tensor) => step(g);
};
const isNative = tf.engineInUse.name === "tensorflow"; // only the native engine compiles

describe.each([["eagerly", eagerStep] as const, ...(isNative ? [["compiled", compiledStep] as const] : [])])(
  "%s",
  (_, stepOf) => {
    test("AdamWOptimizer subtracts weightDecay · w, then does Adam's step", () => {
      const gradient = tf.tensor1d([1, -2]);
      const decayed = tf.tidy(() => tf.variable(tf.tensor1d([3 * 0.9, 4 * 0.9])));
      new rnn.AdamOptimizer({ learningRate: 0.1 }).applyGradients([{ variable: decayed, gradient }]);
      const w = tf.tidy(() => tf.variable(tf.tensor1d([3, 4])));
      stepOf(w, new rnn.AdamWOptimizer({ learningRate: 0.1, weightDecay: 0.1 }))(gradient);
      expectClose(w, decayed);
    });

    test("learningRate may be a function of the number of steps done", () => {
      const w = tf.tidy(() => tf.variable(tf.tensor1d([0])));
      const optimizer = new rnn.GradientDescentOptimizer({ learningRate: (step) => (step < 2 ? 1 : 10) });
      const [step, gradient] = [stepOf(w, optimizer), tf.tensor1d([-1])];
      const seen = [0, 1, 2].map(() => {
        step(gradient);
        return w.dataSync()[0];
      });
      expect(seen).toEqual([1, 2, 12]);
    });
  },
);

test.runIf(isNative)("eager steps, then a compiled step of the same optimizer: the number of steps goes on", () => {
  const w = tf.tidy(() => tf.variable(tf.tensor1d([0])));
  const optimizer = new rnn.GradientDescentOptimizer({ learningRate: (step) => (step < 2 ? 1 : 10) });
  const [eager, compiled, gradient] = [eagerStep(w, optimizer), compiledStep(w, optimizer), tf.tensor1d([-1])];
  const seen = [eager, eager, eager, compiled].map((step) => {
    step(gradient);
    return w.dataSync()[0];
  });
  expect(seen).toEqual([1, 2, 12, 22]);
});

test("options out of range and two ways of clipping are refused by name", () => {
  expect(() => make("MomentumOptimizer", { momentum: 1 })).toThrow(/momentum: expected a number from 0 to below 1/);
  expect(() => make("RMSPropOptimizer", { epsilon: -1 })).toThrow(/epsilon/);
  expect(() => make("AdamWOptimizer", { weightDecay: 2 })).toThrow(/weightDecay/);
  expect(() => make("AdamOptimizer", { clipNorm: 1, clipValue: 1 })).toThrow(/clipping: expected one way at most/);
  expect(() => make("GradientDescentOptimizer", { globalClipNorm: 0 })).toThrow(/globalClipNorm/);
});

test("the first step creates the slots and nothing else; dispose frees them", () => {
  const variables = start();
  const gradients = variables.map((variable) => ({ variable, gradient: tf.tidy(() => tf.onesLike(variable)) }));
  const optimizer = make("RMSPropOptimizer", { globalClipNorm: 1 });
  expectTensors(4, () => optimizer.applyGradients(gradients));
  expectTensors(0, () => optimizer.applyGradients(gradients));
  expectTensors(-4, () => optimizer.dispose());
});
