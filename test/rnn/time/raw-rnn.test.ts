import { beforeAll, expect, test } from "vitest";
import { BasicRNNCell, Dense, dynamicRnn, type RawDecision, rawRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { counter, expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

type Decision = RawDecision<tf.Tensor2D, undefined>;

test("rawRnn with inputs from a list and lengths ≡ dynamicRnn", () => {
  const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 1 });
  const x = uniform<tf.Rank.R3>([2, 5, 3], 2);
  const steps = tf.unstack(x, 1) as tf.Tensor2D[];
  const lengths = tf.tensor1d([5, 2], "int32");
  const [outputs, state] = rawRnn(
    cell,
    ({ time, state: after }): Decision => ({
      finished: tf.greaterEqual(tf.scalar(time, "int32"), lengths) as tf.Tensor1D,
      nextInput: steps[Math.min(time, 4)] as tf.Tensor2D,
      nextState: after ?? cell.zeroState(2),
    }),
  );
  const [expected, expectedState] = dynamicRnn(cell, x, { sequenceLength: [5, 2] });
  expectClose(tf.stack(outputs, 1), expected);
  expectClose(state, expectedState);
});

test("vector to sequence: each output is the next input, until each sequence reaches its end token", () => {
  // counter: output x + n, state n + 1. Its output is the next input: 1, 2, 4, 7, 11 from a start of 1.
  const [outputs, state, longest] = rawRnn<tf.Tensor2D, number>(counter, ({ time, output, loopState = 0 }) => ({
    finished:
      output === undefined ? tf.tensor1d([0, 0], "bool") : (tf.greater(output, [[6], [1]]).as1D() as tf.Tensor1D),
    nextInput: output ?? tf.ones([2, 1]),
    nextState: time === 0 ? tf.zeros([2, 1]) : undefined,
    loopState: Math.max(loopState, time),
  }));
  expectClose(tf.stack(outputs, 1), [
    [[1], [2], [4], [7]],
    [[1], [2], [0], [0]],
  ]);
  expectClose(state, [[4], [2]]);
  expect(longest).toBe(4);
});

test("emit replaces the output in the results, and gradients flow through it", () => {
  const cell = new BasicRNNCell({ inputSize: 1, numUnits: 3, seed: 1 });
  const head = new Dense({ inputSize: 3, outputSize: 1, seed: 2 });
  const run = () => {
    const [outputs] = rawRnn<tf.Tensor2D>(cell, ({ time, output }) => {
      const emit = output && head.call(output);
      const finished = tf.fill([2], time >= 4 ? 1 : 0).toBool() as tf.Tensor1D;
      return { finished, nextInput: emit ?? tf.ones([2, 1]), nextState: time ? undefined : cell.zeroState(2), emit };
    });
    return tf.sum(tf.stack(outputs)) as tf.Scalar;
  };
  const { grads } = tf.variableGrads(run, [...cell.variables, ...head.variables]);
  for (const gradient of Object.values(grads)) expect(tf.max(tf.abs(gradient)).dataSync()[0]).toBeGreaterThan(1e-3);
});

test("rawRnn throws after maxSteps steps, and where the first nextState is missing", () => {
  const forever = ({ time }: { time: number }): Decision => ({
    finished: tf.tensor1d([0], "bool"),
    nextInput: tf.ones([1, 1]),
    nextState: time === 0 ? tf.zeros([1, 1]) : undefined,
  });
  expectTensors(0, () => {
    expect(() => rawRnn(counter, forever, { maxSteps: 20 })).toThrow(/every sequence to end within 20 steps/);
    const stateless = (): Decision => ({ finished: tf.tensor1d([0], "bool"), nextInput: tf.ones([1, 1]) });
    expect(() => rawRnn(counter, stateless)).toThrow(/nextState: expected the first state/);
  });
});
