import { expect, test } from "vitest";
import { compile, stream } from "../../src/compile";
import { dynamicRnn, LSTMCell } from "../../src/rnn";
import * as tf from "../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../support";
import { expectRefused, onNative } from "./support";

scopeEachTest();

const zeros = (rows = 1) => tf.variable(tf.zeros<tf.Rank.R2>([rows, 4]), false);

onNative("stream", () => {
  function lstmStream() {
    const cell = new LSTMCell({ inputSize: 3, numUnits: 4, seed: 1 });
    const [c, h] = [zeros(), zeros()];
    const next = stream(
      ([c, h]: [tf.Tensor2D, tf.Tensor2D], x: tf.Tensor2D) => {
        const [output, state] = cell.call(x, { c, h });
        return { output, state: [state.c, state.h] };
      },
      { variables: cell.variables, state: [c, h] },
    );
    return { cell, c, h, next };
  }

  test("step by step gives what dynamicRnn gives over the whole sequence, and leaves no tensor", () => {
    const { cell, c, h, next } = lstmStream();
    const x = uniform<tf.Rank.R3>([1, 6, 3], 2);
    const [outputs, state] = dynamicRnn(cell, x);
    const steps = tf.unstack(x, 1) as tf.Tensor2D[];
    next(steps[0] as tf.Tensor2D).dispose();
    for (const variable of [c, h]) tf.tidy(() => variable.assign(tf.zeros([1, 4]))); // begins anew
    const before = tf.memory().numTensors;
    for (const [t, row] of steps.entries()) {
      const output = next(row);
      tf.tidy(() => expectClose(output, tf.slice(outputs, [0, t, 0], [1, 1, 4]).reshape([1, 4])));
      output.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    expectClose(c, state.c);
    expectClose(h, state.h);
    next.dispose();
    expectClose(h, state.h);
  });

  test("the state is a variable like any other: read, assigned, used by another compiled function in between", () => {
    const total = tf.variable(tf.tensor1d([0, 0]), false);
    const add = stream(([sum]: [tf.Tensor], x: tf.Tensor1D) => ({ output: tf.clone(sum), state: [tf.add(sum, x)] }), {
      variables: [],
      state: [total],
    });
    const double = compile(() => tf.mul(total, 2), { variables: [total] });
    const x = tf.tensor1d([1, 2]);
    expectClose(add(x), [0, 0]);
    expectClose(double(), [2, 4]);
    tf.tidy(() => total.assign(tf.tensor1d([10, 10])));
    expectClose(add(x), [10, 10]);
    expectClose(total, [11, 12]);
  });

  test("a state that is the input itself keeps its value when the input is freed", () => {
    const last = tf.variable(tf.zeros<tf.Rank.R1>([1000]), false);
    const delay = stream(([before]: [tf.Tensor], x: tf.Tensor) => ({ output: tf.clone(before), state: [x] }), {
      variables: [],
      state: [last],
    });
    for (let i = 1; i < 50; i++) {
      const x = tf.fill([1000], i);
      const output = delay(x);
      const values = [...output.dataSync()];
      expect([Math.min(...values), Math.max(...values)]).toEqual([i - 1, i - 1]);
      tf.dispose([x, output]);
    }
  });

  test("refuses a next state of other shapes or number, an undeclared variable, and calls after dispose", () => {
    const [state, other, x] = [tf.variable(tf.zeros([2]), false), tf.variable(tf.zeros([2])), tf.ones([2])];
    const make = (next: (s: tf.Tensor, x: tf.Tensor) => tf.Tensor[]) =>
      stream(([s]: [tf.Tensor], x: tf.Tensor) => ({ output: x, state: next(s, x) }), { variables: [], state: [state] });
    expectRefused(
      () => make((s) => [tf.sum(s)])(x),
      /state\[0\]: expected shape \[2\] of float32, got \[\] of float32/,
    );
    expectRefused(() => make((s) => [s, s])(x), /a next state of 1 tensors, got 2/);
    expectRefused(() => make((s) => [tf.add(s, other)])(x), /not declared/);
    const disposed = make((s) => [s]);
    disposed.dispose();
    expectRefused(() => disposed(x), /stream is disposed/);
  });
});
