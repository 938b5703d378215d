/** Cells whose units are padded, against the plain equations; split into the quick and the slow tests. */
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import {
  BasicRNNCell,
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
import { flattenState, packState } from "../../../src/rnn/state";
import * as tf from "../../../src/tf";
import { expectTensors, uniform } from "../../support";
import { copyOf } from "../all-cells";

export const native = tf.engineInUse.name === "tensorflow";

/** Another function object than tf.tanh, so neither fused cells nor padding units are used. */
export const plainTanh = (x: tf.Tensor2D) => tf.tanh(x);
type Make = (activation: typeof plainTanh | undefined) => RNNCell<State>;
export const lstm = { inputSize: 3, numUnits: 128, seed: 1 };

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
export function differenceOf(actual: tf.Tensor, expected: tf.Tensor): number {
  expect(actual.shape).toEqual(expected.shape);
  const most = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0] as number;
  expect(most(expected)).toBeGreaterThan(0);
  return most(tf.sub(actual, expected)) / most(expected);
}

/**
 * Returns a function that computes outputs, states, and the gradients of a loss on both for all inputs and weights. The
 * quick tests compute these gradients at once, because a graph with one gradient is built in half the time; the slow
 * tests compute them by the weights alone, then by the inputs alone, as most users do.
 */
const resultsOf =
  (cell: RNNCell<State>, options: UnrollOptions, part: "quick" | "slow") =>
  (x: tf.Tensor3D, seen: tf.Tensor3D, ...first: tf.Tensor[]): tf.Tensor[] => {
    const run = (given: tf.Tensor, begin: tf.Tensor[]) => {
      const initialState = packState(cell.zeroState(32), begin as tf.Tensor2D[]);
      const [outputs, state] = dynamicRnn(cell, given as tf.Tensor3D, {
        ...options,
        training: copyOf(options.training),
        initialState,
      });
      return [outputs as tf.Tensor, ...flattenState(state)] as [tf.Tensor, ...tf.Tensor[]];
    };
    const loss = (given: tf.Tensor, ...begin: tf.Tensor[]) => {
      const [outputs, ...state] = run(given, begin);
      return tf.addN([tf.sum(tf.mul(outputs, seen)), ...state.map((part) => tf.sum(tf.square(part)))]) as tf.Scalar;
    };
    if (part === "slow") {
      const { grads } = tf.variableGrads(() => loss(x, ...first), cell.variables);
      const byWeights = cell.variables.map(({ name }) => grads[name] as tf.Tensor);
      return [...run(x, first), ...byWeights, ...tf.grads(loss)([x, ...first])];
    }
    const all = tf.grads((given, ...more) => loss(given as tf.Tensor, ...more.slice(0, first.length)));
    return [...run(x, first), ...all([x, ...first, ...cell.variables])];
  };

/** Long runs take seconds for each cell: one cell's are quick tests, the others' are slow ones. */
const isQuick = (cell: string, [, , nSteps]: (typeof RUNS)[number]) => nSteps < 10 || cell === "LSTMCell";

export function testPaddedCells(part: "quick" | "slow"): void {
  beforeAll(() => tf.ready());

  const runsOf = (name: string) => RUNS.filter((run) => isQuick(name, run) === (part === "quick"));

  describe.each(CELLS.filter(([name]) => runsOf(name).length > 0))("%s with padding units", (name, make) => {
    test.each(runsOf(name))(
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
            const expected = resultsOf(plain, options, part)(x, seen, ...first);
            const eager = resultsOf(fused, options, part);
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
}
