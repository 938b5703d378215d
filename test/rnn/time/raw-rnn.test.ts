import fc from "fast-check";
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

test("emit [4, 4, 3] with sequences that end at 1, 2, 3, 3: past its end a sequence's whole row is 0", () => {
  const ends = tf.tensor1d([1, 2, 3, 3], "int32");
  const [outputs] = rawRnn<tf.Tensor2D, undefined, tf.Tensor3D>(counter, ({ time }) => ({
    finished: tf.greaterEqual(tf.scalar(time, "int32"), ends) as tf.Tensor1D,
    nextInput: tf.ones([4, 1]),
    ...(time === 0 ? { nextState: tf.zeros([4, 1]) } : { emit: tf.fill([4, 4, 3], time) as tf.Tensor3D }),
  }));
  expect(outputs.length).toBe(3);
  expectClose(outputs[0], tf.ones([4, 4, 3]), 0);
  const rows = (values: number[]) => tf.mul(tf.tensor3d(values, [4, 1, 1]), tf.ones([4, 4, 3]));
  expectClose(outputs[1], rows([0, 2, 2, 2]), 0);
  expectClose(outputs[2], rows([0, 0, 3, 3]), 0);
});

test("emit of any rank and dtype is masked by its first axis; the tensors of a state too", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
  const lengths = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 });
  const property = fc.property(sizes, lengths, fc.constantFrom("float32", "int32", "bool"), (rest, ends, dtype) => {
    const shape = [ends.length, ...rest];
    const emitted = (time: number) => tf.cast(tf.fill(shape, dtype === "bool" ? 1 : time), dtype);
    const [outputs] = rawRnn<tf.Tensor2D, undefined, tf.Tensor>(counter, ({ time }) => ({
      finished: tf.greaterEqual(tf.scalar(time, "int32"), tf.tensor1d(ends, "int32")) as tf.Tensor1D,
      nextInput: tf.ones([ends.length, 1]),
      ...(time === 0 ? { nextState: tf.zeros([ends.length, 1]) } : { emit: emitted(time) }),
    }));
    expect(outputs.length).toBe(Math.max(...ends));
    outputs.forEach((output, step) => {
      const expected = ends.map((end, row) => (step < end ? tf.slice(emitted(step + 1), [row], [1]).flatten() : 0));
      expect([output.shape, output.dtype]).toEqual([shape, dtype]);
      for (const [row, values] of tf.unstack(output.reshape([ends.length, -1])).entries()) {
        const value = expected[row] as tf.Tensor | 0;
        expectClose(values.toFloat(), value === 0 ? tf.zerosLike(values).toFloat() : value.toFloat(), 0);
      }
    });
  });
  fc.assert(property, { numRuns: 60, seed: 10 });
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
