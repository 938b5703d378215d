import { beforeAll, describe, expect, test } from "vitest";
import { trainStep } from "../../src/compile";
import {
  AdamOptimizer,
  dynamicRnn,
  GRUCell,
  LSTMCell,
  type RNNCell,
  type State,
  type UnrollOptions,
  ZoneoutWrapper,
} from "../../src/rnn";
import { spareUnits } from "../../src/rnn/spare-units";
import { flattenState } from "../../src/rnn/state";
import * as tf from "../../src/tf";
import { expectClose, expectTensors, uniform } from "../support";

beforeAll(() => tf.ready());

const native = tf.engineInUse.name === "tensorflow";

test.each([
  [128, 4, "an LSTM of 128: rows of 2 KB"],
  [256, 4, "an LSTM of 256: rows of 4 KB"],
  [256, 2, "a GRU of 256: gates in rows of 2 KB"],
])("%i units in %i blocks have some to spare (%s)", (n, blocks) => {
  const count = spareUnits(n, blocks, 1000)?.count as number;
  expect(count).toBeGreaterThan(n);
  expect((4 * count * blocks) % 2048, "bytes of a row beyond a multiple of 2 KB").not.toBe(0);
});

test("other sizes, and runs too short to make up for copied weights, have none", () => {
  for (const [n, blocks] of [
    [150, 4],
    [64, 4],
    [128, 2],
  ] as const)
    expect(spareUnits(n, blocks, 1000)).toBeUndefined();
  expect(spareUnits(256, 4, 1)).toBeUndefined();
});

test("a kernel's blocks stay in order, what is added is 0, and narrow undoes widen", () => {
  const spare = spareUnits(256, 2, 1000) as NonNullable<ReturnType<typeof spareUnits>>;
  const more = spare.count - 256;
  tf.tidy(() => {
    const kernel = uniform<tf.Rank.R2>([3 + 256, 512], 1);
    const wide = spare.kernel(kernel, 2);
    expect(wide.shape).toEqual([3 + spare.count, 2 * spare.count]);
    const [r, restOfR, u, restOfU] = tf.split(wide, [256, more, 256, more], 1);
    const [rows, restOfRows] = tf.split(tf.concat([r as tf.Tensor, u as tf.Tensor], 1), [259, more]);
    expectClose(rows, kernel, 0);
    for (const rest of [restOfR, restOfU, restOfRows]) expect(tf.max(tf.abs(rest as tf.Tensor)).dataSync()[0]).toBe(0);
    const state = { c: uniform<tf.Rank.R2>([2, 256], 2), h: uniform<tf.Rank.R2>([2, 256], 3) };
    const wider = spare.widen(state);
    expect(wider.c.shape).toEqual([2, spare.count]);
    expectClose(spare.narrow(wider).h, state.h, 0);
  });
});

const plainTanh = (x: tf.Tensor2D) => tf.tanh(x); // the same function, but not the one that the fused cells know
type Make = (activation?: typeof plainTanh) => RNNCell<State>;
const lstm = { inputSize: 3, numUnits: 128, seed: 1 };
const gru = { inputSize: 3, numUnits: 256, seed: 1 };

const CELLS: [string, Make][] = [
  ["LSTMCell", (activation) => new LSTMCell({ ...lstm, ...(activation && { activation }), forgetBias: 0.5 })],
  ["LSTMCell with peepholes", (activation) => new LSTMCell({ ...lstm, activation, usePeepholes: true })],
  ["GRUCell", (activation) => new GRUCell({ ...gru, ...(activation && { activation }) })],
  [
    "ZoneoutWrapper",
    (activation) => new ZoneoutWrapper(new LSTMCell({ ...lstm, activation }), { zoneoutProb: { c: 0.4, h: 0.3 } }),
  ],
];

const training = { seed: 5, step: 0 };
const RUNS: [string, UnrollOptions][] = [
  ["all time steps", {}],
  ["lengths", { sequenceLength: Array.from({ length: 32 }, (_, i) => i % 6) }],
  ["training", { training }],
];

describe.each(CELLS)("%s with units to spare", (_, make) => {
  const [fused, plain] = [make(), make(plainTanh)];
  plain.variables.forEach((variable, i) => {
    variable.assign(fused.variables[i] as tf.Tensor);
  });
  const size = fused.outputSize;

  test.each(RUNS)("has the plain equations' outputs, state and gradients: %s", (_run, options) => {
    expectTensors(0, () =>
      tf.tidy(() => {
        const x = uniform<tf.Rank.R3>([32, 5, 3], 2);
        const seen = uniform<tf.Rank.R3>([32, 5, size], 3);
        const results = [fused, plain].map((cell) => {
          const run = (given: tf.Tensor3D) => {
            const [outputs, state] = dynamicRnn(cell, given, options);
            expect(outputs.shape).toEqual([32, 5, size]);
            for (const part of flattenState(state)) expect(part.shape).toEqual([32, size]);
            return tf.addN([
              tf.mean(tf.mul(outputs, seen)),
              ...flattenState(state).map((part) => tf.mean(tf.square(part))),
            ]);
          };
          const { value, grads } = tf.variableGrads(() => run(x) as tf.Scalar, cell.variables);
          const byX = tf.grad(run as (x: tf.Tensor) => tf.Tensor)(x);
          return [value, ...cell.variables.map(({ name }) => grads[name] as tf.Tensor), byX];
        });
        results[0]?.forEach((result, i) => {
          expectClose(result, results[1]?.[i] as tf.Tensor);
        });
      }),
    );
  });

  test.runIf(native).each([
    ["a short run", 5, {}],
    ["a loop", 205, {}],
    ["a loop that computes again", 144, { swapMemory: true }],
  ])("trains compiled as eagerly: %s", (_run, nSteps, options: UnrollOptions) => {
    const x = uniform<tf.Rank.R3>([32, nSteps, 3], 2);
    const lossOf = (given: tf.Tensor3D) =>
      tf.mean(tf.square(dynamicRnn(fused, given, options)[0]), [1, 2]) as tf.Tensor1D;
    const before = fused.variables.map((variable) => tf.clone(variable));
    const begin = () =>
      fused.variables.forEach((variable, i) => {
        variable.assign(before[i] as tf.Tensor);
      });
    const steps = { eager: [] as number[], compiled: [] as number[] };
    const eager = new AdamOptimizer({ learningRate: 0.01 });
    for (let i = 0; i < 3; i++) {
      const value = eager.minimize(() => tf.mean(lossOf(x)) as tf.Scalar, fused.variables);
      steps.eager.push(value.dataSync()[0] as number);
    }
    begin();
    const step = trainStep(lossOf, {
      variables: fused.variables,
      optimizer: new AdamOptimizer({ learningRate: 0.01 }),
    });
    for (let i = 0; i < 3; i++) steps.compiled.push(step(x));
    begin();
    steps.compiled.forEach((loss, i) => {
      expect(Math.abs(loss / (steps.eager[i] as number) - 1)).toBeLessThan(1e-4);
    });
  });
});
