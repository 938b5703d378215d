import { beforeAll, expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { BasicRNNCell, bidirectionalDynamicRnn, dynamicRnn, LSTMCell } from "../../../src/rnn";
import { type UnitPadding, unitPadding } from "../../../src/rnn/kernels/unit-padding";
import * as tf from "../../../src/tf";
import { opsOf } from "../../compile/support";
import { expectClose, uniform } from "../../support";
import { differenceOf, lstm, native, plainTanh, testPaddedCells } from "./padded-cells";

beforeAll(() => tf.ready());

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

testPaddedCells("quick");

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
        const ops = opsOf(() => dynamicRnn(cell, x)[0], [x, ...cell.variables]);
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
        const ops = opsOf(() => run(x), [x, ...cell.variables]);
        expect(ops.some((op) => op.name === name)).toBe(true);
        expectClose(compile(run, { variables: cell.variables })(x), run(x));
      });
    }
    cell.dispose();
  },
);
