import { beforeAll, expect, test } from "vitest";
import {
  BasicLSTMCell,
  BasicRNNCell,
  dynamicRnn,
  Embedding,
  EmbeddingWrapper,
  functionCell,
  GRUCell,
  InputProjectionWrapper,
  MultiRNNCell,
  OutputProjectionWrapper,
  ResidualWrapper,
  type RNNCell,
  staticRnn,
  summary,
  ZoneoutWrapper,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { counter, expectClose, expectTensors, uniform } from "../../support";

beforeAll(() => tf.ready());

const x3 = () => uniform<tf.Rank.R3>([2, 5, 3], 1);

test("MultiRNNCell([cell]) ≡ the cell", () => {
  const cell = new BasicLSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
  const [outputs, [state]] = dynamicRnn(new MultiRNNCell([cell]), x3());
  const [expected, expectedState] = dynamicRnn(cell, x3());
  expectClose(outputs, expected, 0);
  expectClose(state.c, expectedState.c, 0);
});

test("MultiRNNCell(layers) ≡ the layers run one after the other", () => {
  const layers = [
    new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 }),
    new BasicRNNCell({ inputSize: 4, numUnits: 2, seed: 2 }),
  ];
  const [below] = dynamicRnn(layers[0] as RNNCell, x3(), { sequenceLength: [5, 2] });
  const [above] = dynamicRnn(layers[1] as RNNCell, below, { sequenceLength: [5, 2] });
  expectClose(dynamicRnn(new MultiRNNCell(layers), x3(), { sequenceLength: [5, 2] })[0], above);
});

test("MultiRNNCell refuses layers whose sizes do not fit, one cell twice, and an empty list", () => {
  const cell = new GRUCell({ inputSize: 3, numUnits: 3 });
  const other = new GRUCell({ inputSize: 4, numUnits: 3 });
  expect(() => new MultiRNNCell([cell, other])).toThrow(/cells\[1\].inputSize: expected 3, .*got 4/);
  expect(() => new MultiRNNCell([cell, cell])).toThrow(/one cell twice/);
  expect(() => new MultiRNNCell([])).toThrow(/at least one cell/);
});

test("ResidualWrapper(cell) adds the inputs, and refuses a cell whose sizes differ", () => {
  const cell = new GRUCell({ inputSize: 3, numUnits: 3, seed: 1 });
  expectClose(dynamicRnn(new ResidualWrapper(cell), x3())[0], tf.add(dynamicRnn(cell, x3())[0], x3()));
  expect(() => new ResidualWrapper(new GRUCell({ inputSize: 3, numUnits: 2 }))).toThrow(/output size 2/);
});

test("OutputProjectionWrapper(cell, 2) ≡ the book's reshape trick", () => {
  const cell = new BasicRNNCell({ inputSize: 3, numUnits: 4, seed: 1 });
  const wrapped = new OutputProjectionWrapper(cell, 2, { seed: 2 });
  const stacked = tf.reshape(dynamicRnn(cell, x3())[0], [-1, 4]) as tf.Tensor2D;
  const expected = tf.reshape(wrapped.projection.call(stacked), [2, 5, 2]);
  expectClose(dynamicRnn(wrapped, x3())[0], expected);
  expect(wrapped.outputSize).toBe(2);
});

test("InputProjectionWrapper(cell, 3) ≡ a dense layer on the inputs", () => {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 4, seed: 1 });
  const wrapped = new InputProjectionWrapper(cell, 3, { seed: 2, activation: tf.relu });
  expectClose(dynamicRnn(wrapped, x3())[0], dynamicRnn(cell, wrapped.projection.call(x3()))[0]);
  expect(wrapped.inputSize).toBe(3);
});

test("EmbeddingWrapper looks up word indices, trains its vectors, and refuses indices outside the vocabulary", () => {
  const cell = new EmbeddingWrapper(new GRUCell({ inputSize: 3, numUnits: 4, seed: 1 }), {
    embeddingClasses: 5,
    seed: 2,
  });
  const ids = tf.tensor3d(
    [
      [[1], [4], [0]],
      [[2], [2], [3]],
    ],
    undefined,
    "int32",
  );
  const expected = dynamicRnn(cell.cell, cell.embedding.call(ids.reshape([2, 3])) as tf.Tensor3D);
  expectClose(dynamicRnn(cell, ids)[0], expected[0]);
  expectClose(tf.stack(staticRnn(cell, tf.unstack(ids, 1) as tf.Tensor2D[])[0], 1), expected[0]);
  const { grads } = tf.variableGrads(() => tf.sum(dynamicRnn(cell, ids)[0]) as tf.Scalar, cell.variables);
  expect(grads[cell.embedding.embeddings.name]?.shape).toEqual([5, 3]);
  const outside = tf.tensor3d([[[5]]], undefined, "int32");
  expect(() => dynamicRnn(cell, outside)).toThrow(/ids: expected 0 to 4, got 5/);
  expect(() => dynamicRnn(cell, ids.toFloat() as tf.Tensor3D)).toThrow(/expected an int32 tensor/);
});

test("central differences confirm the gradient of an embedding", () => {
  const embedding = new Embedding({ vocabularySize: 4, embeddingSize: 2, seed: 1 });
  const ids = tf.tensor2d(
    [
      [1, 3],
      [1, 0],
    ],
    undefined,
    "int32",
  );
  const loss = () => tf.tidy(() => tf.sum(tf.square(tf.sin(embedding.call(ids)))) as tf.Scalar);
  const { grads } = tf.variableGrads(loss, embedding.variables);
  const gradient = grads[embedding.embeddings.name]?.dataSync() as Float32Array;
  const values = Array.from(embedding.embeddings.dataSync());
  values.forEach((value, i) => {
    const at = (moved: number) => {
      tf.tidy(() =>
        embedding.embeddings.assign(
          tf.tensor2d(
            values.map((v, j) => (i === j ? moved : v)),
            [4, 2],
          ),
        ),
      );
      return loss().dataSync()[0] as number;
    };
    expect(Math.abs((at(value + 1e-2) - at(value - 1e-2)) / 2e-2 - (gradient[i] as number))).toBeLessThan(2e-3);
  });
});

test("ZoneoutWrapper: a test run takes the mean; a training run keeps or replaces each unit", () => {
  const cell = new ZoneoutWrapper(counter, { zoneoutProb: 0.25 });
  expectClose(dynamicRnn(cell, tf.zeros([1, 1, 1]))[1], [[0.75]]); // 0.25·0 + 0.75·1
  const wide = functionCell({ inputSize: 1, outputSize: 400, call: (_, h) => [h, tf.add(h, 1)] });
  const zoned = new ZoneoutWrapper(wide, { zoneoutProb: 0.25 });
  const state = dynamicRnn(zoned, tf.zeros([1, 1, 1]), { training: { seed: 1, step: 1 } })[1].dataSync();
  expect(new Set(state)).toEqual(new Set([0, 1]));
  expect(state.filter((unit) => unit === 0).length / 400).toBeCloseTo(0.25, 1);
});

test("zoneoutProb may differ by part of the state; names of other parts are refused", () => {
  const lstm = () => new BasicLSTMCell({ inputSize: 1, numUnits: 2 });
  expect(() => new ZoneoutWrapper(lstm(), { zoneoutProb: { c: 0.5 } as never })).toThrow(/one for each of {c, h}/);
  expect(() => new ZoneoutWrapper(lstm(), { zoneoutProb: 1 })).toThrow(/zoneoutProb/);
  const still = new ZoneoutWrapper(lstm(), { zoneoutProb: 0 });
  expectClose(dynamicRnn(still, tf.ones([1, 2, 1]))[0], dynamicRnn(still.cell, tf.ones([1, 2, 1]))[0], 0);
});

test("dispose() of a wrapper frees the weights of the cell inside too", () => {
  expectTensors(0, () => {
    const layer = () => new OutputProjectionWrapper(new GRUCell({ inputSize: 3, numUnits: 4 }), 3);
    const cell = new MultiRNNCell([new ResidualWrapper(layer()), new InputProjectionWrapper(layer(), 3)]);
    cell.dispose();
  });
});

test("summary({ rnn }) has one row for each weight, by TensorFlow's names, and a row with the total", () => {
  const cell = new MultiRNNCell([
    new BasicLSTMCell({ inputSize: 3, numUnits: 2 }),
    new GRUCell({ inputSize: 2, numUnits: 2 }),
  ]);
  const rows = summary({ rnn: cell });
  expect(rows[0]).toEqual({
    name: "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
    shape: "[5, 8]",
    parameters: 40,
  });
  expect(rows.at(-1)).toEqual({ name: "total", shape: "", parameters: 40 + 8 + 16 + 4 + 8 + 2 });
});
