/** What holds for every cell; split into the quick and the slow tests. */
import { beforeAll, describe, expect, test } from "vitest";
import {
  DropoutWrapper,
  dynamicRnn,
  flattenState,
  MultiRNNCell,
  type RNNCell,
  type State,
  staticRnn,
  type UnrollOptions,
} from "../../src/rnn";
import { timeSteps } from "../../src/rnn/time/over-time";
import * as tf from "../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../support";
import { casesOf, copyOf } from "./all-cells";

const BATCH = 4;
const STEPS = 4;
const LENGTHS = [STEPS, 0, 1, 2];
const inputs = () => tf.mul(uniform<tf.Rank.R3>([BATCH, STEPS, 3], 21), 0.5) as tf.Tensor3D;
const steps = (x: tf.Tensor3D) => timeSteps(tf.transpose(x, [1, 0, 2]));

/** A loss that depends on every element of the outputs and of the final state, each with its own weight. */
function weigh(outputs: tf.Tensor, state: State): tf.Scalar {
  const terms = [outputs, ...flattenState(state)].map((tensor, i) =>
    tf.sum(tf.mul(tensor, tf.randomUniform(tensor.shape, -1, 1, "float32", 31 + i))),
  );
  return tf.addN(terms) as tf.Scalar;
}

const dynamicLoss = (cell: RNNCell, x: tf.Tensor3D, options: UnrollOptions) => {
  const [outputs, state] = dynamicRnn(cell, x, { ...options, training: copyOf(options.training) });
  return weigh(outputs, state);
};
const staticLoss = (cell: RNNCell, x: tf.Tensor3D, options: UnrollOptions) => {
  const [outputs, state] = staticRnn(cell, steps(x), { ...options, training: copyOf(options.training) });
  return weigh(tf.stack(outputs, 1), state);
};

type Loss = typeof dynamicLoss;
function gradients(loss: Loss, cell: RNNCell, x: tf.Tensor3D, options: UnrollOptions) {
  const { value, grads } = tf.variableGrads(() => loss(cell, x, options), cell.variables);
  const byInput = tf.grad((given) => loss(cell, given as tf.Tensor3D, options))(x);
  return [value, byInput, ...cell.variables.map((variable) => grads[variable.name] as tf.Tensor)];
}

export function testEveryCell(part: "quick" | "slow"): void {
  beforeAll(() => tf.ready());
  scopeEachTest();
  describe.each(casesOf(part))("$title", ({ make, training }) => {
    const options = { training, sequenceLength: LENGTHS };

    test("staticRnn ≡ dynamicRnn: outputs, state and every gradient, with lengths 4, 0, 1, 2 in one batch", () => {
      const [cell, x] = [make(), inputs()];
      const [a, b] = [gradients(dynamicLoss, cell, x, options), gradients(staticLoss, cell, x, options)];
      for (const [i, tensor] of a.entries()) expectClose(tensor, b[i], 1e-5);
    });

    test("central differences confirm the gradients", () => {
      const [cell, x] = [make(), tf.variable(inputs())];
      const { grads } = tf.variableGrads(() => dynamicLoss(cell, x, options), [...cell.variables, x]);
      for (const variable of [...cell.variables, x]) {
        const gradient = Array.from((grads[variable.name] as tf.Tensor).dataSync());
        const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        for (const [index, expected] of centralDifferences(variable, () => dynamicLoss(cell, x, options))) {
          expectClose([gradient[index]], [expected], 2e-2 * largest);
        }
      }
      x.dispose();
    });

    test("NaN and Infinity in the padding change neither outputs nor gradients", () => {
      const [cell, clean] = [make(), inputs()];
      const live = tf.less(tf.range(0, STEPS).reshape([1, STEPS, 1]), tf.tensor(LENGTHS).reshape([BATCH, 1, 1]));
      const poison = tf.tensor(
        Array.from({ length: clean.size }, (_, i) => [NaN, Infinity, -Infinity][i % 3] as number),
      );
      const dirty = tf.where(live, clean, poison.reshape(clean.shape)) as tf.Tensor3D;
      const expected = gradients(dynamicLoss, cell, clean, options);
      for (const [i, tensor] of gradients(dynamicLoss, cell, dirty, options).entries()) {
        expectClose(tensor, expected[i]);
      }
    });

    test("sequenceLength 3 of 4 ≡ inputs trimmed to 3 steps; past the end outputs are 0", () => {
      const [cell, x] = [make(), inputs()];
      const sequenceLength = new Array(BATCH).fill(3);
      const [padded, state] = dynamicRnn(cell, x, { training: copyOf(training), sequenceLength });
      const [trimmed, trimmedState] = dynamicRnn(cell, tf.slice(x, [0, 0, 0], [BATCH, 3, 3]), {
        training: copyOf(training),
      });
      const [live, over] = tf.split(padded, [3, STEPS - 3], 1) as [tf.Tensor, tf.Tensor];
      expectClose(live, trimmed);
      expectClose(over, tf.zerosLike(over));
      expectStates(state, trimmedState);
    });

    test("timeMajor: true ≡ transposed inputs and outputs; no initialState ≡ the zero state", () => {
      const [cell, x] = [make(), inputs()];
      const [outputs, state] = dynamicRnn(cell, x, { training: copyOf(training) });
      const timeMajor = { training: copyOf(training), timeMajor: true, initialState: cell.zeroState(BATCH) };
      const [transposed, sameState] = dynamicRnn(cell, tf.transpose(x, [1, 0, 2]), timeMajor);
      expectClose(tf.transpose(transposed, [1, 0, 2]), outputs);
      expectStates(sameState, state);
    });

    test("DropoutWrapper(cell) and MultiRNNCell([cell]) ≡ the cell: outputs and gradients, static and dynamic", () => {
      const [cell, x] = [make(), inputs()];
      for (const loss of [dynamicLoss, staticLoss]) {
        const plain = gradients(loss, cell, x, { sequenceLength: LENGTHS });
        for (const wrap of [(c: RNNCell) => new DropoutWrapper(c), (c: RNNCell) => new MultiRNNCell([c]) as RNNCell]) {
          const wrapped = gradients(loss, wrap(cell), x, { sequenceLength: LENGTHS });
          for (const [i, tensor] of wrapped.entries()) expectClose(tensor, plain[i]);
        }
      }
    });

    test("staticRnn ≡ dynamicRnn on one time step of one sequence", () => {
      const [cell, x] = [make(), uniform<tf.Rank.R3>([1, 1, 3], 22)];
      const a = gradients(dynamicLoss, cell, x, { training });
      for (const [i, tensor] of gradients(staticLoss, cell, x, { training }).entries()) expectClose(tensor, a[i], 1e-5);
    });

    test("an unroller leaks no tensor but its outputs and state; a refused call leaks none", () => {
      const [cell, x] = [make(), inputs()];
      const kept = flattenState(dynamicRnn(cell, x, options)[1]).length + 1;
      expectTensors(kept, () => dynamicRnn(cell, x, options));
      const list = steps(x);
      const parts = flattenState(cell.zeroState(BATCH)).length;
      expectTensors(STEPS + parts, () => staticRnn(cell, list, options));
      expectTensors(0, () => expect(() => dynamicRnn(cell, x, { ...options, sequenceLength: [6, 0, 0, 0] })).toThrow());
    });

    test("cell.call(x, state) refuses inputs of a wrong size and a state of another structure by name", () => {
      const cell = make();
      const state = cell.zeroState(2);
      expect(() => cell.call(tf.zeros([2, 5]), state)).toThrow(/inputs: expected .*\[.*3\].*got .*\[2,5\]/);
      for (const wrong of [{}, undefined, [[1, 2, 3]]]) {
        expect(() => cell.call(wrong as never, state)).toThrow(/inputs: expected .*\[.*3\], got/);
      }
      expect(() => cell.call(tf.zeros([2, 3]), { wrong: tf.zeros([2, 4]) })).toThrow(/state: expected/);
    });
  });
}

/** (loss(w + step) − loss(w − step)) / (2·step) at up to 16 evenly spaced elements. */
function centralDifferences(variable: tf.Variable, loss: () => tf.Scalar, step = 1e-2): [number, number][] {
  const values = Float32Array.from(variable.dataSync());
  const at = (index: number, value: number) =>
    tf.tidy(() => {
      variable.assign(tf.tensor(replaced(values, index, value), variable.shape));
      return loss().dataSync()[0] as number;
    });
  const count = Math.min(16, values.length);
  const indices = Array.from({ length: count }, (_, i) => Math.floor((i * values.length) / count));
  const differences = indices.map((index): [number, number] => {
    const value = values[index] as number;
    return [index, (at(index, value + step) - at(index, value - step)) / (2 * step)];
  });
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  return differences;
}

function expectStates(a: State, b: State): void {
  const others = flattenState(b);
  for (const [i, tensor] of flattenState(a).entries()) expectClose(tensor, others[i]);
}

function replaced(values: Float32Array, index: number, value: number): Float32Array {
  const copy = Float32Array.from(values);
  copy[index] = value;
  return copy;
}
