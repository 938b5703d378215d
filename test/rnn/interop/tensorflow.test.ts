import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { loadTensorFlowCheckpoint, type NumericArray } from "../../../src/data";
import {
  BasicLSTMCell,
  BasicRNNCell,
  bidirectionalDynamicRnn,
  Dense,
  DropoutWrapper,
  dynamicRnn,
  Embedding,
  EmbeddingWrapper,
  exportWeights,
  fromKeras,
  fromTensorFlow,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  OutputProjectionWrapper,
  ResetAfterGRUCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors } from "../../support";
import { expectSame, ones } from "./goldens";

beforeAll(() => tf.ready());

const FOLDER = join(__dirname, "../../golden/foreign/checkpoints");
const { cases } = JSON.parse(readFileSync(join(FOLDER, "checkpoints.json"), "utf8"));
const load = (name: string) => loadTensorFlowCheckpoint(join(FOLDER, name), { log: () => {} });

const sizes = { inputSize: 3, numUnits: 4 };
const above = { inputSize: 4, numUnits: 4 };
const stack = () =>
  new MultiRNNCell([
    new LSTMCell(sizes),
    new DropoutWrapper(new LSTMCell(above), { outputKeepProb: 0.5 }),
    new GRUCell(above),
  ]);

test.each([
  ["basic_lstm.ckpt-1", () => new BasicLSTMCell(sizes), "rnn"],
  ["basic_lstm.ckpt-1", () => new LSTMCell(sizes), "rnn/basic_lstm_cell/"],
  ["old.ckpt", () => new BasicLSTMCell(sizes), "rnn"],
  ["basic_rnn.ckpt", () => new BasicRNNCell(sizes), ""],
  ["gru.ckpt", () => new GRUCell(sizes), ""],
  ["peephole_proj.ckpt", () => new LSTMCell({ ...sizes, usePeepholes: true, numProj: 2 }), "rnn"],
  ["stack.ckpt", stack, ""],
  ["snappy.ckpt", stack, "rnn/multi_rnn_cell"],
])("%s of TensorFlow's Saver gives its outputs and states here", async (name, make, prefix) => {
  const [cell, arrays] = [make(), await load(name)];
  expectTensors(0, () => fromTensorFlow(cell, arrays, { prefix }));
  expectSame(cell, cases[name === "snappy.ckpt" ? "stack.ckpt" : name]);
});

test("one cell of a stack is taken by its prefix", async () => {
  const [cell, arrays] = [new GRUCell(above), await load("stack.ckpt")];
  fromTensorFlow(cell, arrays, { prefix: "rnn/multi_rnn_cell/cell_2" });
  const whole = stack();
  fromTensorFlow(whole, arrays);
  expect(exportWeights(cell)["rnn/gru_cell/gates/kernel"]).toEqual(
    exportWeights(whole)["rnn/multi_rnn_cell/cell_2/gru_cell/gates/kernel"],
  );
});

test("CudnnLSTM of one layer is a stack of one cell in its checkpoint", () => {
  const from = new LSTMCell({ ...sizes, forgetBias: 0, seed: 1 });
  const { "rnn/lstm_cell/kernel": kernel, "rnn/lstm_cell/bias": bias } = exportWeights(from);
  const scope = "cudnn_lstm/rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell";
  const cell = new LSTMCell({ ...sizes, forgetBias: 0 });
  const arrays = { [`${scope}/kernel`]: kernel ?? ones(1), [`${scope}/bias`]: bias ?? ones(1) };
  fromTensorFlow(cell, arrays, { prefix: "cudnn_lstm" });
  expect(exportWeights(cell)).toEqual(exportWeights(from));
});

test("bidirectional_dynamic_rnn becomes two cells, each with its own prefix", async () => {
  const { x, outputs } = cases["bidirectional.ckpt"];
  const arrays = await load("bidirectional.ckpt");
  const [fw, bw] = [new LSTMCell(sizes), new LSTMCell(sizes)];
  fromTensorFlow(fw, arrays, { prefix: "bidirectional_rnn/fw" });
  fromTensorFlow(bw, arrays, { prefix: "bidirectional_rnn/bw" });
  const [both] = bidirectionalDynamicRnn(fw, bw, tf.tensor3d(x));
  expectClose(tf.concat(both, 2), outputs, 1e-6);
});

test.each(["sharded.ckpt", "old_sharded.ckpt"])(
  "%s: a kernel in three pieces, and a dense layer in another shard",
  async (name) => {
    const { x, outputs } = cases[name];
    const arrays = await load(name);
    const [cell, head] = [new BasicLSTMCell(sizes), new Dense({ inputSize: 4, outputSize: 2 })];
    fromTensorFlow(cell, arrays, { prefix: "part/rnn" });
    fromTensorFlow(head, arrays, { prefix: "head" });
    expectClose(head.call(dynamicRnn(cell, tf.tensor3d(x))[0]), outputs, 1e-6);
  },
);

test("tf.train.Checkpoint of a Keras model: fromKeras takes its arrays", async () => {
  const { x, outputs } = cases["objects.ckpt"];
  const cell = new LSTMCell(sizes);
  fromKeras(cell, await load("objects.ckpt"), { prefix: "model/layer_with_weights-0" });
  expectClose(dynamicRnn(cell, tf.tensor3d(x))[0], outputs, 1e-6);
});

/** The arrays under other names. */
const renamed = (arrays: Record<string, NumericArray>, to: (name: string) => string) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [to(name), array]));

test("names of TensorFlow 1.1 (weights, biases), numbered scopes and :0 are understood", async () => {
  const arrays = renamed(await load("gru.ckpt"), (name) => {
    return `${name.replace("gru_cell", "gru_cell_3").replace("kernel", "weights").replace("bias", "biases")}:0`;
  });
  const cell = new GRUCell(sizes);
  fromTensorFlow(cell, arrays, { prefix: "rnn" });
  expectSame(cell, cases["gru.ckpt"]);
});

test("the weights of CuDNN-compatible cells get no forget bias; other forms of the GRU are refused", async () => {
  const arrays = await load("basic_lstm.ckpt-1");
  const [plain, cudnn] = [new LSTMCell({ ...sizes, forgetBias: 0 }), new LSTMCell(sizes)];
  fromTensorFlow(plain, arrays, { prefix: "rnn" });
  fromTensorFlow(
    cudnn,
    renamed(arrays, (name) => name.replace("basic_lstm_cell", "cudnn_compatible_lstm_cell")),
    {
      prefix: "rnn",
    },
  );
  const x = tf.tensor3d(cases["gru.ckpt"].x);
  expectClose(dynamicRnn(cudnn, x)[0], dynamicRnn(plain, x)[0].arraySync(), 1e-6);
  const after = new ResetAfterGRUCell({ ...sizes, seed: 1 });
  const own = exportWeights(after);
  const other = new ResetAfterGRUCell(sizes);
  fromTensorFlow(other, own, { prefix: "rnn" });
  expect(exportWeights(other)).toEqual(own);
  expect(() => fromTensorFlow(new GRUCell(sizes), own)).toThrow(
    /one weight …candidate\/\S+, got rnn\/cudnn_compatible/,
  );
});

test("an embedding has any name; layers and wrappers are found by our full names", async () => {
  const table = new Embedding({ vocabularySize: 5, embeddingSize: 3 });
  fromTensorFlow(table, { "encoder/words:0": ones(5, 3), "head/kernel": ones(2, 2) }, { prefix: "encoder/words" });
  expect(table.embeddings.dataSync()[14]).toBe(1);
  for (const make of [
    () => new OutputProjectionWrapper(new BasicRNNCell(sizes), 2),
    () => new EmbeddingWrapper(new BasicRNNCell(sizes), { embeddingClasses: 5 }),
  ]) {
    const [from, to] = [make(), make()];
    fromTensorFlow(to, exportWeights(from));
    expect(exportWeights(to)).toEqual(exportWeights(from));
  }
});

test("a missing, ambiguous, superfluous or misshapen weight is refused by name, and nothing is changed", async () => {
  const arrays = await load("basic_lstm.ckpt-1");
  const cell = new BasicLSTMCell(sizes);
  const before = exportWeights(cell);
  const refused = (
    part: Parameters<typeof fromTensorFlow>[0],
    given: Parameters<typeof fromTensorFlow>[1],
    message: RegExp,
    prefix = "",
  ) => {
    expectTensors(0, () => expect(() => fromTensorFlow(part, given, { prefix })).toThrow(message));
    expect(exportWeights(cell)).toEqual(before);
  };
  refused(
    new LSTMCell(sizes),
    arrays,
    /one weight …kernel \(a longer prefix tells them apart\), got dense\/kernel, rnn\/basic_lstm_cell\/kernel/,
  );
  refused(
    cell,
    arrays,
    /one weight rnm…kernel, got dense\/bias, .*basic_lstm_cell\/kernel \(did you mean rnn\?\)/,
    "rnm",
  );
  refused(
    cell,
    { ...arrays, "rnn/basic_lstm_cell/w_f_diag": ones(4) },
    /only rnn.* under "rnn", got also .*w_f_diag/,
    "rnn",
  );
  refused(
    new BasicRNNCell(sizes),
    arrays,
    /kernel: expected float32 values of shape \[7, 4\], got shape \[7, 16\]/,
    "rnn",
  );
  refused(new LSTMCell({ ...sizes, usePeepholes: true }), arrays, /one weight rnn…w_\w_diag, got/, "rnn");
  refused(new LSTMCell({ ...sizes, useBias: false }), arrays, /got also rnn\/basic_lstm_cell\/bias/, "rnn");
});
