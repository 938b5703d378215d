import { beforeAll, describe, expect, test } from "vitest";
import { ArgumentError, BasicRNNCell, dynamicRnn, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { counter, expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

const ones = (shape: [number, number, number]) => tf.ones(shape) as tf.Tensor3D;
const steps = (x: tf.Tensor3D) => tf.unstack(x, 1) as tf.Tensor2D[];

describe("sequenceLength", () => {
  test("dynamicRnn(cell, X, {sequenceLength}) gives 0 past the end and keeps the last live state", () => {
    const [outputs, state] = dynamicRnn(counter, ones([2, 4, 1]), { sequenceLength: [4, 2] });
    expectClose(outputs, [
      [[1], [2], [3], [4]],
      [[1], [2], [0], [0]],
    ]); // counter: output x + n, state n + 1
    expectClose(state, [[4], [2]]);
  });

  test("staticRnn does the same on a list", () => {
    const [outputs, state] = staticRnn(counter, steps(ones([2, 3, 1])), { sequenceLength: [1, 3] });
    expectClose(tf.stack(outputs, 1), [
      [[1], [0], [0]],
      [[1], [2], [3]],
    ]);
    expectClose(state, [[1], [3]]);
  });

  test("length 0 keeps the initial state; one batch may have the lengths 0, 1 and nSteps", () => {
    const initialState = tf.fill([3, 1], 7) as tf.Tensor2D;
    const [outputs, state] = dynamicRnn(counter, ones([3, 3, 1]), { sequenceLength: [0, 1, 3], initialState });
    expectClose(outputs, [
      [[0], [0], [0]],
      [[8], [0], [0]],
      [[8], [9], [10]],
    ]);
    expectClose(state, [[7], [8], [10]]);
  });

  test("lengths may be numbers, an Int32Array or an int32 tensor", () => {
    for (const sequenceLength of [[2, 1], Int32Array.of(2, 1), tf.tensor1d([2, 1], "int32")]) {
      expectClose(dynamicRnn(counter, ones([2, 2, 1]), { sequenceLength })[1], [[2], [1]]);
    }
  });

  test.each([NaN, Infinity])("%d in the padding changes neither outputs nor gradients", (poison) => {
    const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
    const clean = uniform<tf.Rank.R3>([2, 4, 2], 2);
    const padding = tf
      .tensor3d(
        [0, 0, 0, 0, 1, 1, 1, 1].flatMap((dead) => [dead, dead]),
        [2, 4, 2],
      )
      .toBool();
    const dirty = tf.where(padding, tf.fill([2, 4, 2], poison), clean) as tf.Tensor3D;
    for (const unroll of [unrollDynamic, unrollStatic]) {
      const run = (x: tf.Tensor3D) => {
        const loss = () => tf.sum(tf.square(unroll(cell, x, [4, 0]))) as tf.Scalar;
        const { value, grads } = tf.variableGrads(loss, cell.variables);
        return [
          value,
          ...Object.values(grads),
          tf.grad((given) => tf.sum(unroll(cell, given as tf.Tensor3D, [4, 0])))(x),
        ];
      };
      const expected = run(clean);
      for (const [i, tensor] of run(dirty).entries()) expectClose(tensor, expected[i]);
    }
  });
});

const unrollDynamic = (cell: BasicRNNCell, x: tf.Tensor3D, sequenceLength?: number[]) =>
  dynamicRnn(cell, x, { sequenceLength })[0];
const unrollStatic = (cell: BasicRNNCell, x: tf.Tensor3D, sequenceLength?: number[]) =>
  tf.stack(staticRnn(cell, steps(x), { sequenceLength })[0], 1) as tf.Tensor3D;

describe("invariants", () => {
  const cell = () => new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 5 });
  const x = () => uniform<tf.Rank.R3>([5, 6, 3], 6);

  test("static ≡ dynamic, outputs, state and gradients", () => {
    const [c, inputs, sequenceLength] = [cell(), x(), [6, 0, 1, 3, 5]];
    const gradients = (unroll: typeof unrollDynamic) =>
      tf.variableGrads(() => tf.sum(tf.square(unroll(c, inputs, sequenceLength))) as tf.Scalar, c.variables);
    const [a, b] = [gradients(unrollDynamic), gradients(unrollStatic)];
    expectClose(a.value, b.value, 1e-5);
    for (const name of Object.keys(a.grads)) expectClose(a.grads[name], b.grads[name], 1e-5);
    expectClose(dynamicRnn(c, inputs, { sequenceLength })[1], staticRnn(c, steps(inputs), { sequenceLength })[1]);
  });

  test("time-major ≡ batch-major transposed", () => {
    const [c, inputs] = [cell(), x()];
    const [batchMajor, state] = dynamicRnn(c, inputs);
    const [timeMajor, timeState] = dynamicRnn(c, tf.transpose(inputs, [1, 0, 2]), { timeMajor: true });
    expectClose(tf.transpose(timeMajor, [1, 0, 2]), batchMajor);
    expectClose(timeState, state);
  });

  test("no initial state ≡ zero state", () => {
    const [c, inputs] = [cell(), x()];
    expectClose(dynamicRnn(c, inputs)[0], dynamicRnn(c, inputs, { initialState: c.zeroState(5) })[0]);
  });

  test("padded ≡ trimmed", () => {
    const [c, inputs] = [cell(), x()];
    const [padded, state] = dynamicRnn(c, inputs, { sequenceLength: [4, 4, 4, 4, 4] });
    const [trimmed, trimmedState] = dynamicRnn(c, tf.slice(inputs, [0, 0, 0], [5, 4, 3]));
    expectClose(tf.slice(padded, [0, 0, 0], [5, 4, 4]), trimmed);
    expectClose(state, trimmedState);
  });

  test("one run over nSteps steps ≡ two runs with the state carried over", () => {
    const [c, inputs] = [cell(), x()];
    const [first, second] = tf.split(inputs, 2, 1) as [tf.Tensor3D, tf.Tensor3D];
    const [, initialState] = dynamicRnn(c, first);
    expectClose(dynamicRnn(c, second, { initialState })[1], dynamicRnn(c, inputs)[1]);
  });

  test("one time step, one sequence", () => {
    const c = cell();
    const inputs = uniform<tf.Rank.R3>([1, 1, 3], 7);
    const [output] = c.call(tf.reshape(inputs, [1, 3]), c.zeroState(1));
    expectClose(tf.reshape(dynamicRnn(c, inputs)[0], [1, 4]), output);
  });
});

describe("memory", () => {
  test("only the outputs and the state are left", () => {
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4 });
    const x = uniform<tf.Rank.R3>([2, 5, 3], 1);
    expectTensors(2, () => dynamicRnn(cell, x, { sequenceLength: [5, 2] }));
    expectTensors(2, () => dynamicRnn(cell, x));
    const list = steps(x);
    expectTensors(6, () => staticRnn(cell, list, { sequenceLength: [5, 2] }));
  });

  test("gradients leave only themselves", () => {
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4 });
    const x = uniform<tf.Rank.R3>([2, 5, 3], 1);
    expectTensors(3, () => tf.variableGrads(() => tf.sum(unrollDynamic(cell, x, [5, 2])) as tf.Scalar, cell.variables));
  });

  test("a refused call leaves nothing", () => {
    const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4 });
    const x = uniform<tf.Rank.R3>([2, 5, 3], 1);
    expectTensors(0, () => expect(() => dynamicRnn(cell, x, { sequenceLength: [6, 0] })).toThrow(ArgumentError));
  });
});

describe("errors name the argument, what was expected, what came", () => {
  const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 1 });
  const x = () => tf.zeros([2, 5, 3]) as tf.Tensor3D;
  const refuse = (run: () => unknown, message: RegExp) => {
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  };

  test("a wrong input size", () => {
    refuse(() => dynamicRnn(cell, tf.zeros([2, 5, 4])), /inputs: expected .*\[batch, nSteps, 3\].*got .*\[2,5,4\]/);
  });
  test("a wrong rank", () => {
    refuse(() => dynamicRnn(cell, tf.zeros([5, 3]) as unknown as tf.Tensor3D), /got .*\[5,3\]/);
  });
  test("a wrong dtype", () => {
    refuse(() => dynamicRnn(cell, tf.zeros([2, 5, 3], "int32")), /expected a float32 .*got an int32/);
  });
  test("a list or undefined instead of a tensor", () => {
    refuse(() => dynamicRnn(cell, [[1]] as unknown as tf.Tensor3D), /expected a float32 tensor.*got a list of 1/);
    refuse(() => dynamicRnn(cell, undefined as unknown as tf.Tensor3D), /got undefined/);
  });
  test("no time steps", () => {
    refuse(() => dynamicRnn(cell, tf.zeros([2, 0, 3])), /nSteps.*got .*\[2,0,3\]/);
    refuse(() => staticRnn(cell, []), /at least one time step/);
  });
  test("time steps of different batch sizes", () => {
    refuse(() => staticRnn(cell, [tf.zeros([2, 3]), tf.zeros([3, 3])]), /inputs\[1\].*\[2, 3\].*\[3,3\]/);
  });
  test("a disposed tensor", () => {
    const gone = x();
    gone.dispose();
    refuse(() => dynamicRnn(cell, gone), /inputs.*got a disposed tensor/);
  });
  test("a length above nSteps, a negative one, a fraction, too few lengths", () => {
    refuse(() => dynamicRnn(cell, x(), { sequenceLength: [5, 6] }), /sequenceLength\[1\]: expected 0 to 5.*got 6/);
    refuse(() => dynamicRnn(cell, x(), { sequenceLength: [-1, 5] }), /sequenceLength\[0\]: expected 0 to 5.*got -1/);
    refuse(() => dynamicRnn(cell, x(), { sequenceLength: [5, 2.5] }), /sequenceLength\[1\].*whole number.*2.5/);
    refuse(() => dynamicRnn(cell, x(), { sequenceLength: [5] }), /sequenceLength: expected 2 lengths.*got 1/);
    const floats = tf.tensor1d([1, 2]);
    refuse(() => dynamicRnn(cell, x(), { sequenceLength: floats }), /sequenceLength: expected an int32.*got a float32/);
  });
  test("an initial state of another shape or structure", () => {
    refuse(() => dynamicRnn(cell, x(), { initialState: tf.zeros([3, 4]) }), /initialState.*\[2, 4\].*\[3,4\]/);
    const list = [tf.zeros([2, 4])] as unknown as tf.Tensor2D;
    refuse(() => dynamicRnn(cell, x(), { initialState: list }), /initialState: expected .*\[2, 4\].*got a list of 1/);
  });
});
