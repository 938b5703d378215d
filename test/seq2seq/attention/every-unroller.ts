import { describe, expect, test } from "vitest";
import {
  DropoutWrapper,
  dynamicRnn,
  flattenState,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  ResidualWrapper,
  type RNNCell,
  rawRnn,
  staticRnn,
  type UnrollOptions,
} from "../../../src/rnn";
import {
  type AttentionMechanism,
  AttentionWrapper,
  alignmentHistory,
  BahdanauAttention,
  BahdanauMonotonicAttention,
  LocationSensitiveAttention,
  LuongAttention,
  LuongMonotonicAttention,
} from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { expectClose, expectTensors, uniform } from "../../support";

const [BATCH, STEPS, PLACES, MEMORY] = [3, 4, 5, 4];
const LENGTHS = [STEPS, 0, 2];
const MEMORY_LENGTHS = [PLACES, 1, 3];
const bahdanau = { numUnits: 3, memorySize: MEMORY, querySize: 4, seed: 1 };
const luong = { numUnits: 4, memorySize: MEMORY, seed: 2 };
const lstm = (inputSize: number, more = {}) => new LSTMCell({ inputSize, numUnits: 4, seed: 3, ...more });
const gru = (inputSize: number) => new GRUCell({ inputSize, numUnits: 4, seed: 4 });

/** Every mechanism, several cells, and the cell inside of wrappers; three inputs each. */
const CASES: Record<string, (inputs: number) => [RNNCell, AttentionMechanism | AttentionMechanism[], object?]> = {
  "Bahdanau, LSTM with peepholes": (n) => [lstm(n, { usePeepholes: true }), new BahdanauAttention(bahdanau)],
  "Bahdanau normalised, GRU": (n) => [gru(n), new BahdanauAttention({ ...bahdanau, normalize: true })],
  "Luong scaled, LSTM": (n) => [lstm(n), new LuongAttention({ ...luong, scale: true })],
  "Luong, a stack, the cell's output": (n) => [
    new MultiRNNCell([lstm(n), gru(4)]) as RNNCell,
    new LuongAttention(luong),
    { outputAttention: false },
  ],
  "Luong, a projected LSTM": (n) => [
    new LSTMCell({ inputSize: n, numUnits: 5, numProj: 4, seed: 5 }),
    new LuongAttention(luong),
  ],
  "both, LSTM with dropout and a residual GRU": (n) => [
    new MultiRNNCell([
      new DropoutWrapper(lstm(n), { inputKeepProb: 0.8, outputKeepProb: 0.7 }),
      new ResidualWrapper(gru(4)),
    ]) as RNNCell,
    [new BahdanauAttention(bahdanau), new LuongAttention(luong)],
  ],
  "Bahdanau monotonic with noise": (n) => [
    gru(n),
    new BahdanauMonotonicAttention({ ...bahdanau, sigmoidNoise: 0.5, scoreBiasInit: -0.3 }),
  ],
  "location-sensitive, GRU": (n) => [
    gru(n),
    new LocationSensitiveAttention({ ...bahdanau, filters: 2, kernelSize: 3 }),
  ],
  "Luong monotonic, recursive": (n) => [lstm(n), new LuongMonotonicAttention({ ...luong, mode: "recursive" })],
};

function make(name: string) {
  const size = name.startsWith("both") ? 2 * MEMORY : MEMORY;
  const [cell, mechanism, options = {}] = (CASES[name] as (typeof CASES)[string])(3 + size);
  const wrapper = new AttentionWrapper(cell, mechanism as AttentionMechanism, options);
  return { wrapper, x: inputs(), memory: memoryOf() };
}
const inputs = () => uniform<tf.Rank.R3>([BATCH, STEPS, 3], 21);
const memoryOf = () => uniform<tf.Rank.R3>([BATCH, PLACES, MEMORY], 22);
const training = () => ({ seed: 5, step: 9 });

type Made = ReturnType<typeof make>;
type Unroll = (cell: RNNCell, x: tf.Tensor3D, options: UnrollOptions) => [tf.Tensor3D, unknown];
const asStatic: Unroll = (cell, x, options) => {
  const [outputs, state] = staticRnn(cell, tf.unstack(x, 1) as tf.Tensor2D[], options);
  return [tf.stack(outputs, 1) as tf.Tensor3D, state];
};

/** A loss of every element of the outputs and the final state, each with its own weight. */
function lossOf(unroll: Unroll, { wrapper, x, memory }: Made): tf.Scalar {
  const attended = wrapper.attend(memory, MEMORY_LENGTHS) as RNNCell;
  const [outputs, state] = unroll(attended, x, { sequenceLength: LENGTHS, training: training() });
  const terms = [outputs, ...flattenState(state as never)].map((tensor, i) =>
    tf.sum(tf.mul(tensor, tf.randomUniform(tensor.shape, -1, 1, "float32", 31 + i))),
  );
  return tf.addN(terms) as tf.Scalar;
}

function gradients(unroll: Unroll, made: Made): tf.Tensor[] {
  const given = [made.x, made.memory, ...made.wrapper.variables];
  const { value, grads } = tf.engine().gradients(() => lossOf(unroll, made), given, undefined, true);
  return [value, ...grads.map((gradient, i) => gradient ?? tf.zerosLike(given[i] as tf.Tensor))];
}

/** They stand for the others in the quick tests; the others are slow tests. */
const QUICK = ["Bahdanau normalised, GRU", "Luong scaled, LSTM"];

export function testEveryAttendedCell(part: "quick" | "slow"): void {
  describe.each(Object.keys(CASES).filter((name) => QUICK.includes(name) === (part === "quick")))("%s", (name) => {
    test("staticRnn ≡ dynamicRnn: the loss and every gradient, that of the memory too, with lengths 4, 0, 2", () => {
      const made = make(name);
      const [a, b] = [gradients(dynamicRnn, made), gradients(asStatic, made)];
      for (const [i, tensor] of a.entries()) expectClose(tensor, b[i], 1e-5);
    });

    test("central differences confirm the gradients", () => {
      const made = make(name);
      const [x, memory] = [tf.variable(made.x), tf.variable(made.memory)];
      const variables = [x, memory, ...made.wrapper.variables];
      const [, ...found] = gradients(dynamicRnn, { ...made, x, memory });
      for (const [i, variable] of variables.entries()) {
        const gradient = found[i]?.dataSync() as Float32Array;
        const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        for (const [index, expected] of differences(variable, () => lossOf(dynamicRnn, { ...made, x, memory }))) {
          expectClose([gradient[index]], [expected], 2e-2 * Math.max(largest, 0.05));
        }
      }
      tf.dispose([x, memory]);
    });

    test("an unroller leaks no tensor but its outputs and state", () => {
      const { wrapper, x, memory } = make(name);
      const attended = wrapper.attend(memory, MEMORY_LENGTHS) as RNNCell;
      const options = () => ({ sequenceLength: LENGTHS, training: training() });
      const kept = flattenState(attended.zeroState(BATCH)).length;
      expectTensors(1 + kept, () => dynamicRnn(attended, x, options()));
      const steps = tf.unstack(x, 1) as tf.Tensor2D[];
      expectTensors(STEPS + kept, () => staticRnn(attended, steps, options()));
      const state = attended.zeroState(BATCH);
      expectTensors(kept, () => attended.call(steps[0] as tf.Tensor2D, state)); // the output is a part of the state
    });

    test("alignmentHistory(attended, x): the outputs of dynamicRnn, and each step's alignments", () => {
      const { wrapper, x, memory } = make(name);
      const attended = wrapper.attend(memory, MEMORY_LENGTHS);
      const [outputs, last] = dynamicRnn(attended as RNNCell, x, { sequenceLength: LENGTHS, training: training() });
      const made = alignmentHistory(attended, x, { sequenceLength: LENGTHS, training: training() });
      expectClose(made.outputs, outputs);
      expectClose(flattenState(made.state).at(-1), flattenState(last as never).at(-1));
      let state = attended.zeroState(BATCH);
      for (const [t, input] of (tf.unstack(inputs(), 1) as tf.Tensor2D[]).entries()) {
        const { alignments } = alignmentHistory(attended, inputs());
        state = attended.call(input, state)[1];
        const expected = [state.alignments].flat();
        for (const [i, each] of ([alignments].flat() as tf.Tensor3D[]).entries()) {
          expectClose(tf.squeeze(tf.slice(each, [0, t, 0], [BATCH, 1, PLACES]), [1]), expected[i]);
        }
      }
      const ended = ([made.alignments].flat() as tf.Tensor3D[]).map((each) => tf.sum(tf.abs(tf.gather(each, [1]))));
      expectClose(
        ended.map((each) => each.dataSync()[0]),
        ended.map(() => 0),
      ); // the sequence of length 0
    });
  });
}

/** What one cell shows for all. */
export function testOneAttendedCell(): void {
  test("rawRnn runs an attended cell: each output is the next input", () => {
    const wrapper = new AttentionWrapper(gru(4 + 4), new LuongAttention(luong));
    const attended = wrapper.attend(memoryOf());
    const [outputs] = rawRnn(attended, ({ time, output }) => ({
      finished: tf.fill([BATCH], Number(time >= 3), "bool") as tf.Tensor1D,
      nextInput: output ?? tf.ones([BATCH, 4]),
      nextState: time === 0 ? attended.zeroState(BATCH) : undefined,
    }));
    let [x, state] = [tf.ones<tf.Rank.R2>([BATCH, 4]), attended.zeroState(BATCH)];
    for (const output of outputs) {
      [x, state] = attended.call(x, state);
      expectClose(output, x);
    }
    expect(outputs).toHaveLength(3);
  });

  test("sigmoidNoise is drawn in training runs only, the same for the same seed and step", () => {
    const mechanism = new LuongMonotonicAttention({ ...luong, sigmoidNoise: 1 });
    const attended = new AttentionWrapper(gru(3 + 4), mechanism).attend(memoryOf());
    const run = (options: UnrollOptions = {}) =>
      dynamicRnn(attended as RNNCell, inputs(), options)[0]
        .dataSync()
        .join();
    expect(run()).toBe(run());
    expect(run({ training: training() })).toBe(run({ training: training() }));
    expect(new Set([run(), run({ training: training() }), run({ training: { seed: 5, step: 10 } })]).size).toBe(3);
  });

  test("alignmentHistory refuses a cell that attends to nothing", () => {
    expect(() => alignmentHistory(gru(3) as never, inputs())).toThrow(
      /attended: expected a cell that .*attend returned/,
    );
    const wrapper = new AttentionWrapper(gru(3 + 4), new LuongAttention(luong));
    expect(() => alignmentHistory(wrapper as never, inputs())).toThrow(/attended: expected/);
    expect(() => dynamicRnn(wrapper as never, inputs())).toThrow(/dynamicRnn: cell: expected a cell/);
  });
}

/** (loss(w + step) − loss(w − step)) / (2·step) at up to 8 evenly spaced elements. */
function differences(variable: tf.Variable, loss: () => tf.Scalar, step = 1e-2): [number, number][] {
  const values = Float32Array.from(variable.dataSync());
  const assign = (changed: Float32Array) => tf.tidy(() => variable.assign(tf.tensor(changed, variable.shape)));
  const at = (index: number, value: number) => {
    assign(values.map((each, i) => (i === index ? value : each)));
    return tf.tidy(() => loss().dataSync()[0] as number);
  };
  const count = Math.min(8, values.length);
  const found = Array.from({ length: count }, (_, i): [number, number] => {
    const index = Math.floor((i * values.length) / count);
    const value = values[index] as number;
    return [index, (at(index, value + step) - at(index, value - step)) / (2 * step)];
  });
  assign(values);
  return found;
}
