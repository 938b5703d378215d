import { beforeAll, expect, test } from "vitest";
import {
  ArgumentError,
  BasicRNNCell,
  dynamicRnn,
  EmbeddingWrapper,
  GRUCell,
  LSTMCell,
  summary,
} from "../../../src/rnn";
import { AttendedCell, AttentionWrapper, BahdanauAttention, LuongAttention } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, scopeEachTest, uniform } from "../../support";

beforeAll(() => tf.ready());
scopeEachTest();

const luong = (more = {}) => new LuongAttention({ numUnits: 4, memorySize: 6, seed: 1, ...more });
const bahdanau = (more = {}) => new BahdanauAttention({ numUnits: 5, memorySize: 6, querySize: 4, seed: 2, ...more });
const gru = (inputSize: number) => new GRUCell({ inputSize, numUnits: 4, seed: 3 });
const memoryOf = (batch: number, nSteps: number) => uniform<tf.Rank.R3>([batch, nSteps, 6], 4);

test("alignments are 0 on the padding and each row sums to 1; NaN in the padding of the memory changes nothing", () => {
  for (const mechanism of [luong(), bahdanau(), bahdanau({ normalize: true })]) {
    const cell = new AttentionWrapper(gru(3 + 6), mechanism);
    const memory = memoryOf(3, 5);
    const lengths = [5, 1, 3];
    const live = tf.tensor(lengths.map((length) => [0, 1, 2, 3, 4].map((i) => Number(i < length)))).expandDims(2);
    const dirty = tf.where(tf.cast(live, "bool"), memory, tf.fill([3, 5, 6], NaN)) as tf.Tensor3D;
    const x = uniform<tf.Rank.R3>([3, 4, 3], 5);
    const [outputs, { alignments }] = dynamicRnn(cell.attend(dirty, lengths), x);
    const rows = alignments.arraySync();
    for (const [i, row] of rows.entries()) {
      expect(row.slice(lengths[i]).every((value) => value === 0)).toBe(true);
      expectClose([row.reduce((sum, value) => sum + value, 0)], [1]);
    }
    expect(rows[1]).toEqual([1, 0, 0, 0, 0]);
    expectClose(outputs, dynamicRnn(cell.attend(memory, tf.tensor1d(lengths, "int32")), x)[0]);
  }
});

test("a batch ≡ its examples one by one, each with its memory trimmed to its length", () => {
  const cell = new AttentionWrapper(gru(3 + 2), bahdanau(), { attentionLayerSize: 2, seed: 6 });
  const [memory, x, lengths] = [memoryOf(3, 5), uniform<tf.Rank.R3>([3, 4, 3], 5), [5, 1, 3]];
  const [outputs] = dynamicRnn(cell.attend(memory, lengths), x);
  for (const [i, length] of lengths.entries()) {
    const one = cell.attend(tf.slice(memory, [i, 0, 0], [1, length, 6]));
    const [alone] = dynamicRnn(one, tf.slice(x, [i, 0, 0], [1, 4, 3]));
    expectClose(tf.slice(outputs, [i, 0, 0], [1, 4, 2]), alone);
  }
});

test("zeroState(batch): TensorFlow's zero_state; an encoder's state stands in its place for cellState", () => {
  const cell = new AttentionWrapper(new LSTMCell({ inputSize: 3 + 6, numUnits: 4 }), luong());
  const attended = cell.attend(memoryOf(2, 5));
  expect(attended).toBeInstanceOf(AttendedCell);
  const zero = attended.zeroState(2);
  expect([zero.cellState.c, zero.attention, zero.alignments].map(({ shape }) => shape)).toEqual([
    [2, 4],
    [2, 6],
    [2, 5],
  ]);
  const cellState = { c: tf.ones<tf.Rank.R2>([2, 4]), h: tf.ones<tf.Rank.R2>([2, 4]) };
  const x = uniform<tf.Rank.R3>([2, 3, 3], 5);
  const [a] = dynamicRnn(attended, x, { initialState: { ...zero, cellState } });
  expect(tf.max(tf.abs(tf.sub(a, dynamicRnn(attended, x)[0]))).dataSync()[0]).toBeGreaterThan(0.01);
});

test("cellInputFn mixes inputs and attention; outputAttention: false gives the cell's own output", () => {
  const cellInputFn = (x: tf.Tensor2D, attention: tf.Tensor2D) => tf.add(x, attention) as tf.Tensor2D;
  const options = { cellInputFn, inputSize: 6, outputAttention: false };
  const cell = new AttentionWrapper(gru(6), luong(), options);
  const attended = cell.attend(memoryOf(2, 5));
  const [output, state] = attended.call(tf.ones([2, 6]), attended.zeroState(2));
  expectClose(output, cell.cell.call(tf.ones([2, 6]), tf.zeros([2, 4]))[0]);
  expectClose(output, state.cellState);
  const [second] = attended.call(tf.ones([2, 6]), state);
  expectClose(second, cell.cell.call(tf.add(1, state.attention), state.cellState)[0]);
});

test("weights: of the cell, the mechanisms and the layers, by TensorFlow 1.x's names; dispose frees them all", () => {
  const names = expectTensors(0, () => {
    const cell = new AttentionWrapper(gru(3 + 5), [bahdanau({ normalize: true }), luong({ scale: true })], {
      attentionLayerSize: [2, 3],
    });
    const named = Object.entries(cell.weights);
    expect(named.map(([, variable]) => variable)).toEqual(cell.variables);
    expect(summary({ decoder: cell }).at(-1)?.parameters).toBe(cell.variables.reduce((sum, { size }) => sum + size, 0));
    cell.dispose();
    return named.map(([name]) => name);
  });
  const own = (name: string) => `attention_wrapper/${name}`;
  expect(names.slice(0, 4)).toEqual(
    ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"].map((name) => own(`gru_cell/${name}`)),
  );
  expect(names.slice(4)).toEqual([
    "memory_layer/kernel",
    own("bahdanau_attention/query_layer/kernel"),
    own("bahdanau_attention/attention_v"),
    own("bahdanau_attention/attention_g"),
    own("bahdanau_attention/attention_b"),
    "memory_layer_1/kernel",
    own("luong_attention/attention_g"),
    own("attention_layer/kernel"),
    own("attention_layer_1/kernel"),
  ]);
});

test("attend owns what it computes, and never the memory: dispose of the attended cell frees it, not the weights", () => {
  for (const [mechanism, lengths] of [
    [luong(), undefined],
    [luong({ scale: true }), [5, 2]],
    [bahdanau({ normalize: true }), [5, 2]],
  ] as const) {
    const cell = new AttentionWrapper(gru(3 + 6), mechanism);
    const memory = memoryOf(2, 5);
    expectTensors(0, () => cell.attend(memory, lengths).dispose());
    expect([memory.isDisposed, cell.variables.some(({ isDisposed }) => isDisposed)]).toEqual([false, false]);
  }
});

test("the same seed gives the same weights, another seed others", () => {
  const valuesOf = (seed: number) =>
    [bahdanau({ seed }), luong({ seed })].flatMap(({ variables }) => variables.map((each) => each.dataSync().join()));
  expect(valuesOf(7)).toEqual(valuesOf(7));
  expect(valuesOf(8)).not.toEqual(valuesOf(7));
});

test("attend refuses a memory of another size, and lengths of 0 or beyond the memory, as TensorFlow does 0", () => {
  const cell = new AttentionWrapper(gru(3 + 6), luong());
  const memory = memoryOf(2, 5);
  expect(() => cell.attend(tf.ones([2, 5, 7]))).toThrow(
    /attend: memory: expected .*\[batch, nSteps, 6\], got .*\[2,5,7\]/,
  );
  expect(() => cell.attend(tf.ones([2, 0, 6]))).toThrow(/memory: expected/);
  expect(() => cell.attend(undefined as never)).toThrow(/memory: expected .* got undefined/);
  const expected = "1 to 5 steps of the memory";
  expect(() => cell.attend(memory, [5, 0])).toThrow(`memorySequenceLength[1]: expected ${expected}, got 0`);
  expect(() => cell.attend(memory, tf.tensor1d([6, 5], "int32"))).toThrow(`[0]: expected ${expected}, got 6`);
  expect(() => cell.attend(memory, [5])).toThrow(/memorySequenceLength: expected 2 lengths.*got 1/);
  expect(() => cell.attend(memory, [5, 1.5])).toThrow("memorySequenceLength[1]: expected a whole number, got 1.5");
  expect(() => cell.attend(memory, tf.tensor1d([1, 5]))).toThrow(/memorySequenceLength: expected an int32 tensor/);
  expectTensors(0, () => expect(() => cell.attend(memory, [5, 0])).toThrow(ArgumentError));
  cell.dispose();
  expect(() => cell.attend(memory)).toThrow("cell: expected a cell with its weights, got a disposed cell");
});

test("an attended cell refuses another batch than its memory's, and a state that is not its own", () => {
  const attended = new AttentionWrapper(gru(3 + 6), luong()).attend(memoryOf(2, 5));
  expect(() => attended.zeroState(3)).toThrow("zeroState: batchSize: expected 2, that of the memory, got 3");
  expect(() => dynamicRnn(attended, tf.ones([3, 4, 3]))).toThrow(/batchSize: expected 2/);
  const state = attended.zeroState(2);
  const x = tf.ones<tf.Rank.R2>([2, 3]);
  expect(() => attended.call(tf.ones([3, 3]), state)).toThrow(/inputs: expected .*\[2, 3\], got .*\[3,3\]/);
  expect(() => attended.call(x, state.cellState as never)).toThrow(
    /state: expected \{ cellState, attention, alignments \}/,
  );
  expect(() => attended.call(x, { ...state, alignments: tf.ones([2, 6]) })).toThrow(
    /state.alignments: expected .*\[2, 5\]/,
  );
  expect(() => attended.call(x, { ...state, attention: tf.ones([2, 5]) })).toThrow(
    /state.attention: expected .*\[2, 6\]/,
  );
  expect(() => attended.call(x, { ...state, alignments: [state.alignments] as never })).toThrow(/state: expected/);
});

test("AttentionWrapper refuses a cell or a mechanism that is none, and sizes that do not fit", () => {
  const make = (...given: unknown[]) => {
    const [cell, mechanism, options] = given as ConstructorParameters<typeof AttentionWrapper>;
    return () => new AttentionWrapper(cell, mechanism, options);
  };
  expect(make({}, luong())).toThrow(/AttentionWrapper: cell: expected a cell/);
  expect(make(gru(9), {})).toThrow(/mechanism: expected an attention mechanism, got an object/);
  expect(make(gru(9), [])).toThrow(/mechanism: expected at least one mechanism, got none/);
  expect(make(gru(9))).toThrow(/mechanism: expected an attention mechanism, got undefined/);
  expect(make(gru(9), bahdanau({ querySize: 5 }))).toThrow(/querySize 4, the cell's output size, got querySize 5/);
  expect(make(gru(15), [luong(), luong({ memorySize: 5 })])).toThrow(/mechanism\[1\]: expected memorySize 6.*got 5/);
  const one = luong();
  expect(make(gru(15), [one, one])).toThrow(
    /mechanism\[1\]: expected a mechanism of its own, got that of mechanism\[0\]/,
  );
  expect(make(gru(6), luong())).toThrow(/cell: expected a cell of input size inputs \+ 6.*got input size 6/);
  expect(make(gru(9), luong(), { inputSize: 4 })).toThrow(
    /cell: expected a cell of input size 4 \+ 6.*got input size 9/,
  );
  expect(make(gru(9), luong(), { attentionLayerSize: [3, 3] })).toThrow(/attentionLayerSize: expected 1 sizes/);
  expect(make(gru(9), luong(), { attentionLayerSize: 0 })).toThrow(/attentionLayerSize: expected a whole number/);
  expect(make(gru(9), luong(), { cellInputFn: tf.add })).toThrow(/inputSize: expected a size, because of cellInputFn/);
  expect(make(gru(9), luong(), { attentionSize: 3 })).toThrow(/options: expected .* got also attentionSize/);
  const words = new EmbeddingWrapper(new BasicRNNCell({ inputSize: 9, numUnits: 4 }), {
    embeddingClasses: 10,
  });
  expect(make(words, luong())).toThrow(/cell: expected a cell of float32 inputs.*got one of word indices/);
});

test("mechanisms refuse options that they do not have, and queries that Luong's score cannot multiply", () => {
  expect(() => luong({ querySize: 5 })).toThrow(/LuongAttention: querySize: expected numUnits, 4: .*got 5/);
  expect(() => luong({ normalize: true })).toThrow(/options: expected .*got also normalize/);
  expect(() => bahdanau({ scale: true })).toThrow(/options: expected .*got also scale/);
  expect(() => bahdanau({ numUnits: 0 })).toThrow(/numUnits: expected a whole number/);
  expect(() => bahdanau({ probabilityFn: "softmax" })).toThrow(/probabilityFn: expected a function/);
  expect(() => new LuongAttention(undefined as never)).toThrow(ArgumentError);
});
