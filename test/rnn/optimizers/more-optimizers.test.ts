// Decoupled decay, amsgrad, centred RMSProp, Nadam and moving averages against TensorFlow and tf.keras, eager and compiled.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const golden = JSON.parse(readFileSync(join(__dirname, "../../golden/more_optimizers.json"), "utf8"));
type Options = Record<string, unknown>;
const KINDS: Record<string, (options: Options) => rnn.Optimizer> = {
  GradientDescentOptimizer: (options) => new rnn.GradientDescentOptimizer(options),
  MomentumWOptimizer: (options) => new rnn.MomentumWOptimizer(options),
  RMSPropOptimizer: (options) => new rnn.RMSPropOptimizer(options),
  AdamOptimizer: (options) => new rnn.AdamOptimizer(options),
  AdamWOptimizer: (options) => new rnn.AdamWOptimizer(options),
  NadamOptimizer: (options) => new rnn.NadamOptimizer(options),
};
interface Case {
  options: Options;
  weights: number[][][];
  averages?: number[][][];
}
const cases = Object.entries(golden.optimizers as Record<string, Case>);

const start = () => golden.start.map((values: number[]) => tf.variable(tf.tensor(values))) as tf.Variable[];

/** Applies gradients eagerly, or in a compiled step whose loss Σ w·g has the gradient g. */
type Apply = (gradients: tf.Tensor[]) => void;
const WAYS: Record<string, (variables: tf.Variable[], optimizer: rnn.Optimizer) => Apply> = {
  eager: (variables, optimizer) => (gradients) =>
    optimizer.applyGradients(variables.map((variable, i) => ({ variable, gradient: gradients[i] as tf.Tensor }))),
  ...(canCompile() && {
    compiled: (variables, optimizer) => {
      const loss = (...given: tf.Tensor[]) =>
        tf.addN(variables.map((w, i) => tf.sum(tf.mul(w, tf.reshape(given[i] as tf.Tensor, w.shape)))));
      const step = trainStep((a: tf.Tensor, b: tf.Tensor) => loss(a, b), { variables, optimizer });
      return (gradients) => {
        const [a, b] = gradients.map((each) => tf.reshape(each, [1, -1])) as [tf.Tensor, tf.Tensor];
        step(a, b);
      };
    },
  }),
};

describe.each(Object.entries(WAYS))("%s", (_way, applying) => {
  test.each(cases)("%s: the library's weights after every step, to 2e-6", (name, { options, weights, averages }) => {
    const variables = start();
    const optimizer = KINDS[name.split(" ")[0] as string]?.(options) as rnn.Optimizer;
    const apply = applying(variables, optimizer);
    golden.gradients.forEach((gradients: number[][], step: number) => {
      apply(gradients.map((values) => tf.tensor(values)));
      for (const [i, variable] of variables.entries()) expectClose(variable, weights[step]?.[i], 2e-6);
      if (averages === undefined) return;
      optimizer.swapAverages();
      for (const [i, variable] of variables.entries()) expectClose(variable, averages[step]?.[i], 2e-6);
      optimizer.swapAverages();
    });
  });

  test("partRates multiplies the learning rate of a part: its weights move as with that rate, the others as before", () => {
    for (const make of Object.values(KINDS)) {
      const [mixed, slow, fast] = [start(), start(), start()];
      const [kernel] = mixed as [tf.Variable];
      const parts = [{ part: { variables: [kernel] }, multiplier: 0.25 }];
      const steps = [
        applying(mixed, make({ learningRate: 0.1, partRates: parts })),
        applying(slow, make({ learningRate: 0.025 })),
        applying(fast, make({ learningRate: 0.1 })),
      ];
      for (const gradients of (golden.gradients as number[][][]).slice(0, 3)) {
        for (const apply of steps) apply(gradients.map((values) => tf.tensor(values)));
      }
      expectClose(kernel, slow[0] as tf.Variable);
      expectClose(mixed[1] as tf.Variable, fast[1] as tf.Variable, 0);
    }
  });

  test("between two calls of swapAverages the optimizer refuses to step, and to give a state", () => {
    const variables = start();
    const optimizer = new rnn.AdamOptimizer({ movingAverage: {} });
    const apply = applying(variables, optimizer);
    const gradients = variables.map((each) => tf.onesLike(each));
    apply(gradients);
    const before = variables.map((each) => [...each.dataSync()]);
    optimizer.swapAverages();
    expect(variables.map((each) => [...each.dataSync()])).not.toEqual(before);
    expect(() => apply(gradients)).toThrow(/expected the weights themselves, by a second call of swapAverages/);
    expect(() => optimizer.state({})).toThrow(/swapAverages/);
    optimizer.swapAverages();
    expect(variables.map((each) => [...each.dataSync()])).toEqual(before);
    apply(gradients);
    expect(optimizer.step).toBe(2);
  });

  test("the average starts from the weight at the first step, not from the weight when the step was made", () => {
    const variables = start();
    const optimizer = new rnn.GradientDescentOptimizer({ learningRate: 0, movingAverage: { decay: 0.5 } });
    const apply = applying(variables, optimizer);
    for (const each of variables) each.assign(tf.fill(each.shape, 7));
    apply(variables.map((each) => tf.onesLike(each)));
    optimizer.swapAverages();
    for (const each of variables) expectClose(each, tf.fill(each.shape, 7), 0);
  });
});

test("options are refused by name", () => {
  const w = tf.variable(tf.scalar(1), true, "encoder/bias");
  const refused = (make: () => unknown, message: RegExp) => expect(make).toThrow(message);
  const loose = rnn as unknown as Record<string, new (options: object) => rnn.Optimizer>;
  const make = (name: string, options: object) => () => new (loose[name] as new (o: object) => rnn.Optimizer)(options);
  refused(make("AdamOptimizer", { amsgrad: 1 }), /amsgrad: expected true or false/);
  refused(make("NadamOptimizer", { amsgrad: true }), /NadamOptimizer: options: .*also amsgrad/);
  refused(make("AdamOptimizer", { weightDecay: 0.1 }), /AdamOptimizer: options: .*also weightDecay/);
  refused(make("RMSPropOptimizer", { centered: "yes" }), /centered: expected true or false/);
  refused(make("AdamWOptimizer", { decayByRate: 1 }), /decayByRate: expected true or false/);
  refused(
    make("AdamWOptimizer", { excludeFromWeightDecay: "biases" }),
    /excludeFromWeightDecay: expected "vectors", or/,
  );
  refused(
    make("MomentumWOptimizer", { excludeFromWeightDecay: [3] }),
    /excludeFromWeightDecay\[0\]: expected a variable/,
  );
  refused(make("AdamOptimizer", { partRates: [{ part: w, multiplier: -1 }] }), /partRates\[0\]\.multiplier/);
  refused(make("FtrlOptimizer", { partRates: [{ part: w, multiplier: 0 }] }), /multiplier: expected a number above 0/); // it divides by the rate
  refused(make("AdamOptimizer", { partRates: [{ part: 3, multiplier: 1 }] }), /partRates\[0\]\.part\[0\]: expected/);
  const twice = [w, { variables: [w] }].map((part) => ({ part, multiplier: 1 }));
  refused(
    make("AdamOptimizer", { partRates: twice }),
    /partRates\[1\]: expected each weight in one part, got encoder\/bias/,
  );
  refused(make("AdamOptimizer", { movingAverage: { decay: 1 } }), /movingAverage\.decay/);
  refused(make("AdamOptimizer", { movingAverage: { rate: 1 } }), /movingAverage: options: .*also rate/);
  refused(
    make("AdamOptimizer", { gradientAccumulationSteps: 0 }),
    /gradientAccumulationSteps: expected a whole number/,
  );
  refused(() => new rnn.AdamOptimizer().swapAverages(), /movingAverage: expected an option \{ decay \}/);
});

test("state(weights) has the averages and amsgrad's slots, and restore(weights, state) continues bit for bit", () => {
  const make = () => new rnn.AdamOptimizer({ amsgrad: true, movingAverage: { decay: 0.9 }, learningRate: 0.1 });
  const [variables, optimizer] = [start(), make()];
  const named = ([a, b]: tf.Variable[]) => ({ a, b }) as Record<string, tf.Variable>;
  const run = (of: tf.Variable[], by: rnn.Optimizer, from: number, to: number) => {
    for (const gradients of golden.gradients.slice(from, to))
      WAYS.eager?.(of, by)(gradients.map((v: number[]) => tf.tensor(v)));
  };
  run(variables, optimizer, 0, 3);
  const state = optimizer.state(named(variables));
  expect(Object.keys(state.tensors).slice(0, 4)).toEqual([
    ...["a/Adam", "a/Adam_1", "a/Adam_2"],
    "a/ExponentialMovingAverage",
  ]);
  const [copies, other] = [variables.map((each) => tf.variable(tf.clone(each))), make()];
  other.restore(named(copies), state);
  run(variables, optimizer, 3, 6);
  run(copies, other, 3, 6);
  expect(other.state(named(copies))).toEqual(optimizer.state(named(variables)));
  expectTensors(-8, () => other.dispose());
});
