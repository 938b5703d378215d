import { beforeAll, expect, test } from "vitest";
import {
  dynamicRnn,
  exportWeights,
  GRUCell,
  importWeights,
  LSTMCell,
  MultiRNNCell,
  namedWeights,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

const stack = (seed: number) =>
  new MultiRNNCell([
    new LSTMCell({ inputSize: 3, numUnits: 4, usePeepholes: true, numProj: 2, seed }),
    new GRUCell({ inputSize: 2, numUnits: 2, seed }),
  ]);

test("importWeights(copy, exportWeights(cell)): TensorFlow 1.x's names, and the same outputs", () => {
  const [trained, fresh, x] = [stack(1), stack(2), uniform<tf.Rank.R3>([2, 4, 3], 3)];
  const arrays = expectTensors(0, () => exportWeights(trained));
  expect(Object.keys(arrays)).toEqual([
    "rnn/multi_rnn_cell/cell_0/lstm_cell/kernel",
    "rnn/multi_rnn_cell/cell_0/lstm_cell/bias",
    "rnn/multi_rnn_cell/cell_0/lstm_cell/w_f_diag",
    "rnn/multi_rnn_cell/cell_0/lstm_cell/w_i_diag",
    "rnn/multi_rnn_cell/cell_0/lstm_cell/w_o_diag",
    "rnn/multi_rnn_cell/cell_0/lstm_cell/projection/kernel",
    "rnn/multi_rnn_cell/cell_1/gru_cell/gates/kernel",
    "rnn/multi_rnn_cell/cell_1/gru_cell/gates/bias",
    "rnn/multi_rnn_cell/cell_1/gru_cell/candidate/kernel",
    "rnn/multi_rnn_cell/cell_1/gru_cell/candidate/bias",
  ]);
  expectTensors(0, () => importWeights(fresh, arrays));
  expectClose(dynamicRnn(fresh, x)[0], dynamicRnn(trained, x)[0], 0);
});

test("a missing, superfluous or misshapen weight is refused by name, and nothing is changed", () => {
  const cell = new GRUCell({ inputSize: 2, numUnits: 2, seed: 1 });
  const arrays = exportWeights(new GRUCell({ inputSize: 2, numUnits: 2, seed: 2 }), "");
  const before = exportWeights(cell, "");
  const { "gru_cell/gates/bias": bias, ...rest } = arrays;
  expect(() => importWeights(cell, rest, "")).toThrow(/a weight named gru_cell\/gates\/bias/);
  expect(() => importWeights(cell, { ...arrays, extra: bias as never }, "")).toThrow(/also extra/);
  const wrong = { ...arrays, "gru_cell/candidate/bias": { data: new Float32Array(3), shape: [3] } };
  expect(() => importWeights(cell, wrong, "")).toThrow(
    /gru_cell\/candidate\/bias: expected shape \[2\] .*got shape \[3\]/,
  );
  const short = { ...arrays, "gru_cell/candidate/bias": { data: new Float32Array(3), shape: [2] } };
  expect(() => importWeights(cell, short, "")).toThrow(/gru_cell\/candidate\/bias: .*with 3 values/);
  const doubles = { ...arrays, "gru_cell/candidate/bias": { data: new Float64Array(2) as never, shape: [2] } };
  expect(() => importWeights(cell, doubles, "")).toThrow(/gru_cell\/candidate\/bias/);
  expect(exportWeights(cell, "")).toEqual(before);
});

test("namedWeights(cell) are its variables by name; a cell with variables and no names is refused", () => {
  const cell = new GRUCell({ inputSize: 3, numUnits: 2, seed: 1 });
  expect(Object.values(namedWeights(cell))).toEqual(cell.variables);
  expect(namedWeights({ variables: [] })).toEqual({});
  expect(() => namedWeights({ variables: cell.variables })).toThrow(/expected a cell with `weights`.*without names/);
});
