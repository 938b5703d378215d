import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { capture } from "../../../src/compile/capture/capture";
import {
  BasicRNNCell,
  bidirectionalDynamicRnn,
  DropoutWrapper,
  dynamicRnn,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
  type State,
  type UnrollOptions,
  ZoneoutWrapper,
} from "../../../src/rnn";
import { type UnitPadding, unitPadding } from "../../../src/rnn/kernels/unit-padding";
import { flattenState, packState } from "../../../src/rnn/state";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

const native = tf.engineInUse.name === "tensorflow";

test.each([
  [128, 4, "an LSTM of 128: rows of 2 KB"],
  [256, 4, "an LSTM of 256: rows of 4 KB"],
  [256, 2, "a GRU of 256: gates in rows of 2 KB"],
])("unitPadding(%i, %i, …) adds units where rows alias in the cache (%s)", (n, blocks) => {
  const count = unitPadding(n, blocks, 1000)?.count as number;
  expect(count).toBeGreaterThan(n);
  expect((4 * count * blocks) % 2048, "bytes of a row beyond a multiple of 2 KB").not.toBe(0);
});

test.each([
  [150, 1, 152],
  [150, 2, 152],
  [499, 1, 504],
])("unitPadding(%i, %i, …), whose columns end in an incomplete group of 8, pads to %i units", (n, blocks, count) => {
  expect(unitPadding(n, blocks, 1000)?.count).toBe(count);
});

test("unitPadding returns undefined for other sizes, and for runs too short to repay the copy of the weights", () => {
  for (const [n, blocks] of [
    [150, 4],
    [64, 4],
    [128, 2],
    [152, 1],
    [512, 1],
    [100, 1], // the next multiple of 8 would be 4 % more
    [250, 2], // the next multiple of 8 would have rows of 2 KB
  ] as const)
    expect(unitPadding(n, blocks, 1000)).toBeUndefined();
  expect(unitPadding(256, 4, 1)).toBeUndefined();
});

test("padding.kernel keeps the order of the blocks and adds zeros; unpad undoes pad", () => {
  const padding = unitPadding(256, 2, 1000) as UnitPadding;
  const more = padding.count - 256;
  tf.tidy(() => {
    const kernel = uniform<tf.Rank.R2>([3 + 256, 512], 1);
    const padded = padding.kernel(kernel, 2);
    expect(padded.shape).toEqual([3 + padding.count, 2 * padding.count]);
    const [r, restOfR, u, restOfU] = tf.split(padded, [256, more, 256, more], 1);
    const [rows, restOfRows] = tf.split(tf.concat([r as tf.Tensor, u as tf.Tensor], 1), [259, more]);
    expectClose(rows, kernel, 0);
    for (const rest of [restOfR, restOfU, restOfRows]) expect(tf.max(tf.abs(rest as tf.Tensor)).dataSync()[0]).toBe(0);
    const state = { c: uniform<tf.Rank.R2>([2, 256], 2), h: uniform<tf.Rank.R2>([2, 256], 3) };
    const paddedState = padding.pad(state);
    expect(paddedState.c.shape).toEqual([2, padding.count]);
    expectClose(padding.unpad(paddedState).h, state.h, 0);
  });
});

test("a wrapper that calls open() without the number of inputs gets no padding units", () => {
  expect(unitPadding(256, 4, undefined as unknown as number)).toBeUndefined();
});

/** Another function object than tf.tanh, so neither fused cells nor padding units are used. */
const plainTanh = (x: tf.Tensor2D) => tf.tanh(x);
type Make = (activation: typeof plainTanh | undefined) => RNNCell<State>;
const lstm = { inputSize: 3, numUnits: 128, seed: 1 };

const CELLS: [string, Make][] = [
  ["BasicRNNCell", (activation) => new BasicRNNCell({ inputSize: 3, numUnits: 150, seed: 1, activation })],
  ["GRUCell of 150", (activation) => new GRUCell({ inputSize: 3, numUnits: 150, seed: 1, activation })],
  ["LSTMCell", (activation) => new LSTMCell({ ...lstm, activation, forgetBias: 0.5 })],
  [
    "LSTMCell with peepholes, which has no padding units",
    (activation) => new LSTMCell({ ...lstm, activation, usePeepholes: true }),
  ],
  ["GRUCell", (activation) => new GRUCell({ inputSize: 3, numUnits: 256, seed: 1, activation })],
  [
    "ZoneoutWrapper",
    (activation) => new ZoneoutWrapper(new LSTMCell({ ...lstm, activation }), { zoneoutProb: { c: 0.4, h: 0.3 } }),
  ],
  [
    "DropoutWrapper",
    (activation) =>
      new DropoutWrapper(new GRUCell({ inputSize: 3, numUnits: 256, activation }), { stateKeepProb: 0.7 }),
  ],
  [
    "MultiRNNCell",
    (activation) =>
      new MultiRNNCell([
        new LSTMCell({ ...lstm, activation }),
        new GRUCell({ inputSize: 128, numUnits: 256, seed: 2, activation }),
      ]),
  ],
];

const training = { seed: 5, step: 0 };
const RUNS: [string, UnrollOptions, nSteps: number][] = [
  ["all time steps", {}, 5],
  ["training, with lengths", { training, sequenceLength: Array.from({ length: 32 }, (_, i) => i % 6) }, 5],
  [
    "training, with lengths, in two chunks",
    { training, sequenceLength: Array.from({ length: 32 }, (_, i) => 33 - i) },
    33,
  ],
  ["a graph loop over chunks, and a shorter last chunk", {}, 203],
  ["a graph loop that recomputes activations", { swapMemory: true }, 144],
];

/** The largest difference, divided by the largest value. */
function differenceOf(actual: tf.Tensor, expected: tf.Tensor): number {
  expect(actual.shape).toEqual(expected.shape);
  const most = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0] as number;
  expect(most(expected)).toBeGreaterThan(0);
  return most(tf.sub(actual, expected)) / most(expected);
}

/** Returns a function that computes outputs, states, and the gradients of a loss on both for all inputs and weights. */
const resultsOf =
  (cell: RNNCell<State>, options: UnrollOptions) =>
  (x: tf.Tensor3D, seen: tf.Tensor3D, ...first: tf.Tensor[]): tf.Tensor[] => {
    const run = (given: tf.Tensor, begin: tf.Tensor[]) => {
      const initialState = packState(cell.zeroState(32), begin as tf.Tensor2D[]);
      const [outputs, state] = dynamicRnn(cell, given as tf.Tensor3D, { ...options, initialState });
      return [outputs as tf.Tensor, ...flattenState(state)] as [tf.Tensor, ...tf.Tensor[]];
    };
    const loss = (given: tf.Tensor, ...begin: tf.Tensor[]) => {
      const [outputs, ...state] = run(given, begin);
      return tf.addN([tf.sum(tf.mul(outputs, seen)), ...state.map((part) => tf.sum(tf.square(part)))]) as tf.Scalar;
    };
    const { grads } = tf.variableGrads(() => loss(x, ...first), cell.variables);
    const byVariables = cell.variables.map(({ name }) => grads[name] as tf.Tensor);
    return [...run(x, first), ...byVariables, ...tf.grads(loss)([x, ...first])];
  };

describe.each(CELLS)("%s with padding units", (_, make) => {
  test.each(RUNS)(
    "has the outputs and gradients of the plain equations, eagerly and compiled: %s",
    (_run, options, nSteps) => {
      expectTensors(0, () => {
        const [fused, plain] = [make(undefined), make(plainTanh)];
        tf.tidy(() => {
          plain.variables.forEach((variable, i) => {
            variable.assign(fused.variables[i] as tf.Tensor);
          });
          const x = uniform<tf.Rank.R3>([32, nSteps, 3], 2);
          const seen = uniform<tf.Rank.R3>([32, nSteps, fused.outputSize], 3);
          const first = flattenState(fused.zeroState(32)).map((part, i) => uniform<tf.Rank.R2>(part.shape, 10 + i));
          const expected = resultsOf(plain, options)(x, seen, ...first);
          const eager = resultsOf(fused, options);
          for (const way of native ? [eager, compile(eager, { variables: fused.variables })] : [eager]) {
            way(x, seen, ...first).forEach((result, i) => {
              expect(differenceOf(result, expected[i] as tf.Tensor), `result ${i}`).toBeLessThan(2e-5);
            });
          }
        });
        fused.dispose();
        plain.dispose();
      });
    },
  );
});

test.runIf(native).each([tf.tanh, tf.relu, tf.sigmoid] as (typeof plainTanh)[])(
  "compiled basic cells, forward and backward in time in two chunks, have eager gradients (activation %#)",
  (activation) => {
    const cells = [1, 2].map((seed) => new BasicRNNCell({ inputSize: 3, numUnits: 150, seed, activation }));
    const variables = cells.flatMap((cell) => cell.variables);
    const gradients = (x: tf.Tensor3D, seen: tf.Tensor3D): tf.Tensor[] => {
      const [forward, backward] = cells as [BasicRNNCell, BasicRNNCell];
      const loss = () => {
        const [[fw, bw]] = bidirectionalDynamicRnn(forward, backward, x, { sequenceLength: LENGTHS });
        return tf.sum(tf.mul(tf.add(fw, bw), seen)) as tf.Scalar;
      };
      const { grads } = tf.variableGrads(loss, variables);
      return variables.map(({ name }) => grads[name] as tf.Tensor);
    };
    tf.tidy(() => {
      const [x, seen] = [uniform<tf.Rank.R3>([64, 17, 3], 1), uniform<tf.Rank.R3>([64, 17, 150], 2)];
      const expected = gradients(x, seen);
      compile(gradients, { variables })(x, seen).forEach((gradient, i) => {
        expect(differenceOf(gradient, expected[i] as tf.Tensor), `gradient ${i}`).toBeLessThan(2e-5);
      });
    });
    for (const cell of cells) cell.dispose();
  },
);
const LENGTHS = Array.from({ length: 64 }, (_, i) => i % 18);

test.runIf(native)(
  "a compiled basic cell has padding units for tanh and relu, and none for an activation of the caller",
  () => {
    for (const [activation, units] of [
      [undefined, 152],
      [tf.relu as typeof plainTanh, 152],
      [plainTanh, 150],
    ] as const) {
      const cell = new BasicRNNCell({ inputSize: 3, numUnits: 150, ...(activation && { activation }) });
      tf.tidy(() => {
        const x = uniform<tf.Rank.R3>([32, 5, 3], 1);
        const { ops } = capture(() => [dynamicRnn(cell, x)[0]], [x, ...cell.variables]);
        const products = ops.filter(({ name, shapes }) => name === "MatMul" && shapes[0]?.[0] === 32);
        expect(products.map(({ shapes }) => shapes[0])).toEqual(new Array(5).fill([32, units]));
      });
      cell.dispose();
    }
  },
);

test.runIf(native)(
  "compiled without a gradient, a batch runs LSTMBlockCell at each step, and a single sequence one BlockLSTM",
  () => {
    const cell = new LSTMCell(lstm);
    for (const [batch, name] of [
      [32, "LSTMBlockCell"],
      [1, "BlockLSTM"],
    ] as const) {
      tf.tidy(() => {
        const x = uniform<tf.Rank.R3>([batch, 150, 3], 1);
        const run = (given: tf.Tensor3D) => dynamicRnn(cell, given)[0];
        const { ops } = capture(() => [run(x)], [x, ...cell.variables]);
        expect(ops.some((op) => op.name === name)).toBe(true);
        expectClose(compile(run, { variables: cell.variables })(x), run(x));
      });
    }
    cell.dispose();
  },
);
