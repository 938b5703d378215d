import { expect, test, vi } from "vitest";
import { compile, stream } from "../../src/compile";
import { hasPlans } from "../../src/native";
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

  test("a state or a weight that is no variable is named", () => {
    const step = ([h]: readonly tf.Tensor[], x: tf.Tensor) => ({ output: x, state: [h as tf.Tensor] });
    const wrong = tf.ones([1]) as tf.Variable;
    const [x, right] = [tf.ones([1]), tf.variable(tf.ones([1]))];
    expectRefused(() => stream(step, { variables: [], state: [wrong] })(x), /state\[0\]: expected a live variable/);
    expectRefused(
      () => stream(step, { variables: [right, wrong], state: [right] }).makeCallable(x),
      /variables\[1\]: expected a live variable/,
    );
    right.dispose();
  });

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

  test("executor says what computed the last call: kernels, or a session where the step has an operation that they lack", () => {
    const { next, h } = lstmStream();
    expect(next.executor).toBeUndefined();
    next(tf.ones([1, 3]));
    expect(next.executor).toBe(hasPlans() ? "kernels" : "session");
    const sine = stream(([h]: [tf.Tensor], x: tf.Tensor) => ({ output: tf.add(h, x), state: [tf.sin(x)] }), {
      variables: [],
      state: [h],
    });
    sine(tf.ones([1, 4]));
    expect(sine.executor).toBe("session");
    expectClose(h, tf.fill([1, 4], Math.sin(1)));
  });

  test("two streams, on kernels and in a session, and an optimizer's assignment share weights and state", () => {
    const { cell, c, h, next } = lstmStream();
    const inSession = stream(
      ([c, h]: [tf.Tensor2D, tf.Tensor2D], x: tf.Tensor2D) => {
        const [output, state] = cell.call(tf.asin(tf.sin(x)), { c, h }); // the kernels have no sine
        return { output, state: [state.c, state.h] };
      },
      { variables: cell.variables, state: [c, h] },
    );
    let state = cell.zeroState(1);
    for (let t = 0; t < 6; t++) {
      const x = tf.mul(uniform<tf.Rank.R2>([1, 3], t), 0.5) as tf.Tensor2D;
      const [expected, after] = cell.call(x, state);
      expectClose((t % 2 === 0 ? next : inSession)(x), expected, 1e-6);
      state = after;
      if (t === 3) tf.tidy(() => cell.kernel.assign(tf.mul(cell.kernel, 0.5)));
      if (t > 3) expectClose(h, state.h, 1e-6);
    }
    expect(inSession.executor).toBe("session");
    expectClose(c, state.c, 1e-6);
  });

  test("states that change places, or are the output, are read before they are written", () => {
    const [a, b] = [1, 2].map((value) => tf.variable(tf.fill([1, 4], value), false)) as [tf.Variable, tf.Variable];
    const swap = stream(([a, b]: [tf.Tensor, tf.Tensor]) => ({ output: a, state: [b, a] }), {
      variables: [],
      state: [a, b],
    });
    for (let t = 0; t < 4; t++) expectClose(swap(), tf.fill([1, 4], 1 + (t % 2)));
    expectClose(a, tf.fill([1, 4], 1));
    expectClose(b, tf.fill([1, 4], 2));
  });

  test("an index that a table lacks is named, and the state stays", () => {
    const table = tf.variable(tf.tensor2d([[1, 2], [3, 4]])); // biome-ignore format: as the rows are
    const sum = tf.variable(tf.zeros<tf.Rank.R2>([1, 2]), false);
    const next = stream(
      ([sum]: [tf.Tensor], id: tf.Tensor1D) => ({ output: tf.clone(sum), state: [tf.add(sum, tf.gather(table, id))] }),
      { variables: [table], state: [sum] },
    );
    next(tf.tensor1d([1], "int32"));
    expect(() => next(tf.tensor1d([2], "int32"))).toThrow(/argument 0 at \[0\]: expected an index from 0 to 1, got 2/);
    expectClose(sum, tf.tensor2d([[3, 4]]));
  });

  test("makeCallable(x) takes and returns values, and shares the state; it refuses other values", () => {
    const { cell, next } = lstmStream();
    const x = uniform<tf.Rank.R2>([1, 3], 2);
    const step = next.makeCallable(x);
    let state = cell.zeroState(1);
    for (let t = 0; t < 3; t++) {
      const [expected, after] = cell.call(x, state);
      const output = t === 1 ? next(x).dataSync() : step(x.dataSync());
      expectClose(tf.tensor2d(output as Float32Array, [1, 4]), expected, 1e-6);
      state = after;
    }
    const before = tf.memory().numTensors;
    const values = step(Float32Array.of(1, 2, 3));
    expect(values).toBeInstanceOf(Float32Array);
    expect([values.length, tf.memory().numTensors - before]).toEqual([4, 0]);
    expectRefused(
      () => step(Float32Array.of(1, 2)),
      /argument 0: expected Float32Array of 3 values, got Float32Array of 2/,
    );
    expectRefused(() => step(Int32Array.of(1, 2, 3)), /expected Float32Array of 3 values, got Int32Array of 3/);
    expectRefused(() => step(), /expected 1 arrays, got 0/);
    next.dispose();
    expectRefused(() => step(Float32Array.of(1, 2, 3)), /stream is disposed/);
  });

  test("makeCallable's function builds its graph anew where it was let go", () => {
    const total = tf.variable(tf.zeros<tf.Rank.R1>([1]), false);
    const add = stream(([sum]: [tf.Tensor], x: tf.Tensor) => ({ output: tf.sum(x), state: [tf.add(sum, tf.sum(x))] }), {
      variables: [],
      state: [total],
      graphs: 1,
    });
    const ofTwo = add.makeCallable(tf.ones([2]));
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    add(tf.ones([3]));
    expect(warn).toHaveBeenCalledTimes(1);
    const before = tf.memory().numTensors;
    expect([...ofTwo(Float32Array.of(4, 5))]).toEqual([9]);
    expect(tf.memory().numTensors).toBe(before);
    expectClose(total, [12]);
    warn.mockRestore();
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
