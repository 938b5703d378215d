import { beforeAll, describe, expect, test } from "vitest";
import { dynamicRnn, GRUCell, LSTMCell, type RNNCell, staticRnn, type UnrollOptions } from "../../../src/rnn";
import { flattenState } from "../../../src/rnn/state";
import * as tf from "../../../src/tf";
import { expectClose, uniform } from "../../support";

beforeAll(() => tf.ready());

const plainTanh = (x: tf.Tensor2D) => tf.tanh(x); // another function object than tf.tanh, so no fused cell is used
const SIZES = { inputSize: 3, numUnits: 4, seed: 1 };

const CELLS: [string, (activation?: typeof plainTanh) => RNNCell][] = [
  ["LSTMCell", (activation) => new LSTMCell({ ...SIZES, ...(activation && { activation }), forgetBias: 0.5 })],
  [
    "LSTMCell with peepholes",
    (activation) => new LSTMCell({ ...SIZES, ...(activation && { activation }), usePeepholes: true }),
  ],
  ["GRUCell", (activation) => new GRUCell({ ...SIZES, ...(activation && { activation }) })],
];

const RUNS: [run: string, options: UnrollOptions, steps: number][] = [
  ["all time steps", {}, 5],
  ["one time step", {}, 1],
  ["lengths", { sequenceLength: [5, 0, 2] }, 5],
];

describe.each(CELLS)("%s, fused", (_, make) => {
  const [fused, plain] = [make(), make(plainTanh)];
  plain.variables.forEach((variable, i) => {
    variable.assign(fused.variables[i] as tf.Tensor);
  });

  test.each(RUNS)("has the plain equations' outputs, state and gradients: %s", (_run, options, steps) => {
    const x = uniform<tf.Rank.R3>([3, steps, 3], 2);
    const seen = uniform<tf.Rank.R3>([3, steps, 4], 3);
    const results = [fused, plain].map((cell) => {
      const run = (given: tf.Tensor3D) => {
        const [outputs, state] = dynamicRnn(cell, given, options);
        return tf.addN([tf.sum(tf.mul(outputs, seen)), ...flattenState(state).map((part) => tf.sum(tf.square(part)))]);
      };
      const { value, grads } = tf.variableGrads(() => run(x) as tf.Scalar, cell.variables);
      return [
        value,
        ...cell.variables.map(({ name }) => grads[name] as tf.Tensor),
        tf.grad(run as (x: tf.Tensor) => tf.Tensor)(x),
      ];
    });
    results[0]?.forEach((result, i) => {
      expectClose(result, results[1]?.[i] as tf.Tensor);
    });
  });

  test("a loss on the first output alone has no gradient from later time steps", () => {
    const x = uniform<tf.Rank.R3>([2, 4, 3], 2);
    const first = (cell: RNNCell) => tf.sum(tf.slice(dynamicRnn(cell, x)[0], [0, 0, 0], [-1, 1, -1])) as tf.Scalar;
    const gradients = [fused, plain].map((cell) => tf.variableGrads(() => first(cell), cell.variables).grads);
    fused.variables.forEach(({ name }, i) => {
      expectClose(gradients[0]?.[name], gradients[1]?.[plain.variables[i]?.name as string]);
    });
  });

  test.runIf(tf.engineInUse.name === "tensorflow")(
    "dynamicRnn refuses a second derivative; staticRnn computes it",
    () => {
      const x = uniform<tf.Rank.R3>([2, 2, 3], 2);
      const slope = (run: (x: tf.Tensor3D) => tf.Tensor) => (given: tf.Tensor) =>
        tf.sum(tf.square(tf.grad((inner: tf.Tensor) => tf.sum(run(inner as tf.Tensor3D)))(given)));
      expect(() => tf.grad(slope((given) => dynamicRnn(fused, given)[0]))(x)).toThrow(/a first derivative only/);
      const stepped = (given: tf.Tensor3D) => tf.stack(staticRnn(fused, tf.unstack(given, 1) as tf.Tensor2D[])[0]);
      expect(tf.max(tf.abs(tf.grad(slope(stepped))(x))).dataSync()[0]).toBeGreaterThan(0);
    },
  );
});
