import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { compile, trainStep } from "../../../src/compile";
import {
  BasicRNNCell,
  dynamicRnn,
  GRUCell,
  GradientDescentOptimizer,
  LSTMCell,
  ResetAfterGRUCell,
  type RNNCell,
  staticRnn,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { onNative } from "../../compile/support";
import { expectClose, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

interface Sizes {
  readonly inputSize: number;
  readonly numUnits: number;
  readonly seed: number;
}

const CELLS: Record<string, (sizes: Sizes) => RNNCell> = {
  BasicRNNCell: (sizes) => new BasicRNNCell(sizes),
  LSTMCell: (sizes) => new LSTMCell(sizes) as unknown as RNNCell,
  GRUCell: (sizes) => new GRUCell(sizes),
  ResetAfterGRUCell: (sizes) => new ResetAfterGRUCell(sizes),
};

/** Σ h² of the last output, written out step by step. */
const lossOf = (cell: RNNCell) => (x: tf.Tensor) => {
  const [outputs] = staticRnn(cell, tf.unstack(x, 1) as tf.Tensor2D[]);
  return tf.sum(tf.square(outputs.at(-1) as tf.Tensor));
};

/** The sum of the squares of the loss's gradient, as a gradient penalty has it. */
const penaltyOf = (cell: RNNCell) => {
  const gradient = tf.grad(lossOf(cell));
  return (x: tf.Tensor) => tf.sum(tf.square(gradient(x)));
};

/** Central differences of the penalty, for the last of its inputs. */
const RIGHT: [name: string, last: number][] = [
  ["BasicRNNCell", 0.0185],
  ["LSTMCell", 0.00533],
  ["GRUCell", 0.102],
  ["ResetAfterGRUCell", 0.124],
];
const x = () => tf.tensor3d([[[0.3, -0.5], [0.8, 0.2], [-0.4, 0.9]]]); // biome-ignore format: one row for each time step
const made = (name: string, sizes: Sizes) => (CELLS[name] as (sizes: Sizes) => RNNCell)(sizes);
const SIZES = { inputSize: 2, numUnits: 2, seed: 1 };

test.each(RIGHT)("tf.grad of tf.grad through staticRnn(%s) is right", (name, last) => {
  const second = tf.grad(penaltyOf(made(name, SIZES)))(x());
  expect((second.dataSync()[5] as number) / last).toBeCloseTo(1, 2);
});

onNative("compiled, second derivatives through staticRnn are the eager ones:", () => {
  test.each(RIGHT)("%s", (name) => {
    const cell = made(name, SIZES);
    const second = tf.grad(penaltyOf(cell));
    const compiled = compile((given: tf.Tensor3D) => second(given), { variables: cell.variables });
    expectClose(compiled(x()), second(x()), 1e-6);
    compiled.dispose();
  });
});

onNative("a training step", () => {
  test.each([1, 2])("with a gradient penalty moves the weights as the eager gradients say, in %i shards", (shards) => {
    const cell = made("GRUCell", SIZES);
    const at = uniform<tf.Rank.R3>([4, 3, 2], 5);
    const penalties = (given: tf.Tensor3D) => tf.sum(tf.square(tf.grad(lossOf(cell))(given)), [1, 2]);
    const variables = [...cell.variables];
    const { grads } = tf.variableGrads(() => tf.mean(penalties(at)) as tf.Scalar, variables);
    const expected = variables.map((variable) => tf.sub(variable, grads[variable.name] as tf.Tensor));
    const step = trainStep(penalties, {
      variables,
      optimizer: new GradientDescentOptimizer({ learningRate: 1 }),
      shards,
    });
    step(at);
    for (const [i, variable] of variables.entries()) expectClose(variable, expected[i], 1e-6);
    step.dispose();
    cell.dispose();
  });
});

test("second derivatives through staticRnn agree with differences, for cells and sizes of any kind", () => {
  const size = fc.integer({ min: 1, max: 3 });
  const sizes = fc.record({ inputSize: size, numUnits: size, seed: fc.integer({ min: 1, max: 1000 }) });
  const property = fc.property(
    fc.constantFrom(...Object.keys(CELLS)),
    sizes,
    size,
    size,
    (name, given, batch, nSteps) =>
      tf.tidy(() => {
        const cell = made(name, given);
        const shape = [batch, nSteps, given.inputSize] as [number, number, number];
        const [at, direction] = [uniform<tf.Rank.R3>(shape, given.seed), uniform<tf.Rank.R3>(shape, given.seed + 1)];
        const penalty = penaltyOf(cell);
        const valueAt = (step: number) => penalty(tf.add(at, tf.mul(direction, step))).dataSync()[0] as number;
        const expected = (valueAt(0.005) - valueAt(-0.005)) / 0.01;
        const actual = tf.sum(tf.mul(tf.grad(penalty)(at), direction)).dataSync()[0] as number;
        cell.dispose();
        expect(Math.abs(actual - expected)).toBeLessThan(1e-2 * Math.abs(expected) + 1e-3);
      }),
  );
  fc.assert(property, { numRuns: 40, seed: 21 });
});

test("by the weights: the gradient of a gradient's norm agrees with differences", () => {
  const cell = made("GRUCell", SIZES);
  const kernel = cell.variables[0] as tf.Variable;
  const penalty = () => penaltyOf(cell)(x()) as tf.Scalar;
  const { grads } = tf.variableGrads(penalty, cell.variables as tf.Variable[]);
  const gradient = grads[kernel.name] as tf.Tensor;
  const before = Float32Array.from(kernel.dataSync());
  const valueAt = (i: number, step: number) => {
    const moved = before.map((value, j) => (i === j ? value + step : value));
    kernel.assign(tf.tensor(moved, kernel.shape));
    return penalty().dataSync()[0] as number;
  };
  const expected = Array.from(before, (_, i) => (valueAt(i, 0.01) - valueAt(i, -0.01)) / 0.02);
  expectClose(gradient, expected, 1e-3);
});

test("dynamicRnn, which computes all steps at once where it can, refuses a second derivative and names staticRnn", () => {
  const cell = new GRUCell(SIZES);
  const gradient = tf.grad((given) => tf.sum(tf.square(dynamicRnn(cell, given as tf.Tensor3D)[1])));
  expect(() => tf.grad((given) => tf.sum(tf.square(gradient(given))))(x())).toThrow(/staticRnn/);
});
