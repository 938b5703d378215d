import { beforeAll, describe, expect, test } from "vitest";
import { canCompile, trainStep } from "../../../src/compile";
import * as rnn from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectTensors } from "../../support";

beforeAll(() => tf.ready());

const KINDS: [string, () => rnn.Optimizer, string[], string[]][] = [
  ["gradient descent", () => new rnn.GradientDescentOptimizer({ learningRate: 0.1 }), [], []],
  ["momentum", () => new rnn.MomentumOptimizer({ learningRate: 0.1 }), ["Momentum"], []],
  ["RMSProp", () => new rnn.RMSPropOptimizer({ momentum: 0.5 }), ["RMSProp", "RMSProp_1"], []],
  ["Adam", () => new rnn.AdamOptimizer(), ["Adam", "Adam_1"], ["beta1_power", "beta2_power"]],
  ["AdamW", () => new rnn.AdamWOptimizer(), ["AdamW", "AdamW_1"], ["beta1_power", "beta2_power"]],
];

const fresh = () => ({
  "rnn/kernel": tf.tidy(() => tf.variable(tf.tensor2d([1, -2, 3, -4, 5, -6], [2, 3]))),
  bias: tf.tidy(() => tf.variable(tf.tensor1d([0.5, 0, -0.5]))),
});
type Weights = ReturnType<typeof fresh>;

/** Eager steps whose gradients depend on the weights and on the index of the step. */
function train(weights: Weights, optimizer: rnn.Optimizer, from: number, to: number): void {
  const loss = (i: number) => () =>
    tf.add(tf.sum(tf.sin(tf.mul(weights["rnn/kernel"], i + 1))), tf.sum(tf.square(weights.bias))) as tf.Scalar;
  for (let i = from; i < to; i++) optimizer.minimize(loss(i), Object.values(weights)).dispose();
}

const values = (weights: Weights) => Object.values(weights).map((variable) => Array.from(variable.dataSync()));
const copyOf = (weights: Weights) =>
  Object.fromEntries(
    Object.entries(weights).map(([name, value]) => [name, tf.tidy(() => tf.variable(value.clone()))]),
  ) as Weights;

describe.each(KINDS)("%s", (_name, make, slots, numbers) => {
  test("state(weights) has the slots by TensorFlow 1.x's names, and the numbers", () => {
    const [weights, optimizer] = [fresh(), make()];
    train(weights, optimizer, 0, 2);
    const state = expectTensors(0, () => optimizer.state(weights));
    const names = ["rnn/kernel", "bias"].flatMap((weight) => slots.map((slot) => `${weight}/${slot}`));
    expect(Object.keys(state.tensors)).toEqual(names);
    expect(Object.keys(state.numbers)).toEqual(["step", "learning_rate", ...numbers]);
    expect(state.numbers.step).toBe(2);
    for (const name of names) expect(state.tensors[name]?.shape).toEqual(name.startsWith("bias") ? [3] : [2, 3]);
  });

  test("restore(weights, state) of another optimizer continues the training bit for bit", () => {
    const [weights, optimizer] = [fresh(), make()];
    train(weights, optimizer, 0, 7);
    const state = JSON.parse(JSON.stringify(optimizer.state(weights).numbers));
    const tensors = optimizer.state(weights).tensors;
    const [resumed, other] = [copyOf(weights), make()];
    other.restore(resumed, { tensors, numbers: state });
    for (const { data } of Object.values(tensors)) data.fill(99); // the slots are copies
    expectTensors(0, () => train(resumed, other, 7, 20));
    train(weights, optimizer, 7, 20);
    expect(values(resumed)).toEqual(values(weights));
    expect(other.state(resumed)).toEqual(optimizer.state(weights));
  });

  test("a compiled step that has run before uses the restored slots", ({ skip }) => {
    skip(!canCompile(), "needs the native engine");
    const [weights, optimizer] = [fresh(), make()];
    const loss = (x: tf.Tensor2D) => tf.sum(tf.square(tf.add(tf.matMul(x, weights["rnn/kernel"]), weights.bias)), 1);
    const step = trainStep(loss, { variables: Object.values(weights), optimizer, shards: 1 });
    const x = tf.tensor2d([1, -1, 0.5, 2], [2, 2]);
    const run = (times: number) => Array.from({ length: times }, () => step(x));
    run(3);
    const [start, before] = [copyOf(weights), optimizer.state(weights)];
    const losses = run(5);
    const after = values(weights);
    Object.values(weights).forEach((variable, i) => {
      variable.assign(Object.values(start)[i] as tf.Tensor as never);
    });
    optimizer.restore(weights, before);
    expect(run(5)).toEqual(losses);
    expect(values(weights)).toEqual(after);
    step.dispose();
  });
});

test("a slot or number that is missing, superfluous or misshapen is refused by name, and nothing is changed", () => {
  const [weights, optimizer] = [fresh(), new rnn.AdamOptimizer()];
  train(weights, optimizer, 0, 3);
  const before = optimizer.state(weights);
  const refused = (change: object, message: RegExp) => {
    expect(() => optimizer.restore(weights, { ...before, ...change } as rnn.OptimizerState)).toThrow(rnn.ArgumentError);
    expect(() => optimizer.restore(weights, { ...before, ...change } as rnn.OptimizerState)).toThrow(message);
    expect(optimizer.state(weights)).toEqual(before);
  };
  const { "bias/Adam": moment, ...rest } = before.tensors;
  const { step, ...noStep } = before.numbers;
  const tensors = (more: object) => ({ tensors: { ...before.tensors, ...more } });
  const numbers = (more: object) => ({ numbers: { ...before.numbers, ...more } });
  refused({ tensors: rest }, /AdamOptimizer: slots: expected one named bias\/Adam, got rnn\/kernel\/Adam, /);
  refused(tensors({ "bias/Momentum": moment }), /slots: expected only .*, got also bias\/Momentum/);
  const transposed = { data: new Float32Array(6), shape: [3, 2] };
  refused(
    tensors({ "rnn/kernel/Adam": transposed }),
    /kernel\/Adam: expected float32 values of shape \[2, 3\], got shape \[3, 2\]/,
  );
  refused(tensors({ "bias/Adam": { data: new Float32Array(2), shape: [3] } }), /bias\/Adam: .* with 2 values/);
  refused(tensors({ "bias/Adam": { data: new Int32Array(3), shape: [3] } }), /bias\/Adam/);
  refused({ numbers: noStep }, /numbers: expected one named step/);
  refused(numbers({ more: 1 }), /numbers: .*also more/);
  refused(numbers({ step: 1.5 }), /step: expected a whole number/);
  refused(numbers({ beta1_power: 1 }), /beta1_power/);
  refused(numbers({ beta2_power: Number.NaN }), /beta2_power/);
  refused(numbers({ learning_rate: -1 }), /learning_rate/);
  expect(step).toBe(3);
});

test("a state of another kind of optimizer is refused", () => {
  const weights = fresh();
  const state = new rnn.AdamOptimizer().state(weights);
  expect(() => new rnn.AdamWOptimizer().restore(weights, state)).toThrow(
    /slots: expected one named rnn\/kernel\/AdamW/,
  );
  expect(() => new rnn.GradientDescentOptimizer().restore(weights, state)).toThrow(/expected only none, got also/);
});

test("restore sets the learning rate that was set between steps; with a schedule it sets the step only", () => {
  const weights = fresh();
  const optimizer = new rnn.AdamOptimizer({ learningRate: 0.1 });
  optimizer.learningRate = 0.025;
  const resumed = new rnn.AdamOptimizer({ learningRate: 0.1 });
  resumed.restore(weights, optimizer.state(weights));
  expect(resumed.learningRate).toBe(0.025);
  const scheduled = new rnn.AdamOptimizer({ learningRate: (step) => 1 / (step + 1) });
  train(weights, scheduled, 0, 4);
  const other = new rnn.AdamOptimizer({ learningRate: (step) => 1 / (step + 1) });
  other.restore(weights, scheduled.state(weights));
  expect([other.step, other.scalars()[2]]).toEqual([4, Math.fround(0.2)]);
  expect(() => resumed.restore(weights, scheduled.state(weights))).toThrow(/numbers: expected one named learning_rate/);
  expect(() => other.restore(weights, resumed.state(weights))).toThrow(/numbers: .*also learning_rate/);
});
