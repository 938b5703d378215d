// dynamicRnn's goBackwards and repeatLast, beside what TensorFlow's functions make of plain runs.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { bidirectionalDynamicRnn, dynamicRnn, GRUCell, type UnrollOptions } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { counter, expectClose, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

test("dynamicRnn(counter, x, { repeatLast }): past the end the last live output; a sequence of length 0 has zeros", () => {
  const x = tf.ones([3, 4, 1]) as tf.Tensor3D;
  const [outputs, state] = dynamicRnn(counter, x, { sequenceLength: [4, 2, 0], repeatLast: true });
  expectClose(
    outputs,
    [
      [[1], [2], [3], [4]],
      [[1], [2], [2], [2]],
      [[0], [0], [0], [0]],
    ],
    0,
  );
  expectClose(state, [[4], [2], [0]], 0);
});

test("dynamicRnn(counter, x, { goBackwards }): outputs in the order of computation, padding first", () => {
  const x = tf.tensor3d([
    [[10], [20], [30]],
    [[40], [50], [60]],
  ]);
  const [outputs, state] = dynamicRnn(counter, x, { sequenceLength: [3, 2], goBackwards: true });
  expectClose(
    outputs,
    [
      [[30], [21], [12]],
      [[0], [50], [41]],
    ],
    0,
  );
  expectClose(state, [[3], [2]], 0);
});

test("goBackwards with repeatLast, and both for two directions, are refused", () => {
  const x = tf.ones([1, 2, 1]) as tf.Tensor3D;
  expect(() => dynamicRnn(counter, x, { goBackwards: true, repeatLast: true })).toThrow(/repeatLast: expected no goB/);
  expect(() => bidirectionalDynamicRnn(counter, counter, x, { repeatLast: true } as never)).toThrow(/also repeatLast/);
});

const cell = () => new GRUCell({ inputSize: 2, numUnits: 3, seed: 1 });
const lengthsOf = fc.integer({ min: 1, max: 6 }).chain((nSteps) =>
  fc.record({
    nSteps: fc.constant(nSteps),
    sequenceLength: fc.array(fc.integer({ min: 0, max: nSteps }), { minLength: 1, maxLength: 4 }),
    timeMajor: fc.boolean(),
  }),
);

test("any lengths: goBackwards ≡ the reversed backward outputs of bidirectionalDynamicRnn; repeatLast ≡ a gather", () => {
  const gru = cell();
  const property = fc.property(lengthsOf, ({ nSteps, sequenceLength, timeMajor }) => {
    const batch = sequenceLength.length;
    const x = uniform<tf.Rank.R3>(timeMajor ? [nSteps, batch, 2] : [batch, nSteps, 2], 2);
    const time = timeMajor ? 0 : 1;
    const options = { sequenceLength, timeMajor };
    const [[forward, backward], [, last]] = bidirectionalDynamicRnn(gru, gru, x, options);
    const [outputs, state] = dynamicRnn(gru, x, { ...options, goBackwards: true });
    expectClose(outputs, tf.reverse(backward, time), 0);
    expectClose(state, last, 0);
    const [repeated] = dynamicRnn(gru, x, { ...options, repeatLast: true });
    const rows = tf.unstack(repeated, 1 - time) as tf.Tensor2D[];
    (tf.unstack(forward, 1 - time) as tf.Tensor2D[]).forEach((row, i) => {
      const length = sequenceLength[i] as number;
      const at = Array.from({ length: nSteps }, (_, t) => Math.max(0, Math.min(t, length - 1)));
      expectClose(rows[i], tf.gather(row, at), 0);
    });
  });
  fc.assert(property, { numRuns: 40, seed: 21 });
});

onNative("compiled ≡ eager, gradients too", () => {
  test.each<[string, UnrollOptions]>([
    ["goBackwards", { goBackwards: true }],
    ["repeatLast", { repeatLast: true }],
    ["repeatLast, swapMemory", { repeatLast: true, swapMemory: true }],
    ["goBackwards, swapMemory", { goBackwards: true, swapMemory: true }],
  ])("%s", (_, options) => {
    const gru = cell();
    const compute = (x: tf.Tensor3D, sequenceLength: tf.Tensor1D) => {
      const run = (given: tf.Tensor) => dynamicRnn(gru, given as tf.Tensor3D, { ...options, sequenceLength })[0];
      return [run(x), tf.grad((given: tf.Tensor) => tf.sum(tf.square(run(given))) as tf.Scalar)(x)];
    };
    const [x, lengths] = [uniform<tf.Rank.R3>([3, 9, 2], 2), tf.tensor1d([9, 0, 4], "int32")];
    const compiled = compile(compute, { variables: gru.variables });
    const expected = compute(x, lengths);
    compiled(x, lengths).forEach((result, i) => {
      expectClose(result, expected[i], 1e-5);
    });
    compiled.dispose();
  });
});
