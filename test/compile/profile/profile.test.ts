import { expect, test } from "vitest";
import { chromeTrace, compile, profile, profileTable, stream, trainStep } from "../../../src/compile";
import { nativeAddon } from "../../../src/native";
import { AdamOptimizer, Dense, dynamicRnn, LSTMCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { expectRefused, onNative } from "../support";

scopeEachTest();

onNative("profile", () => {
  if (nativeAddon() === undefined) return;
  const model = () => {
    const cell = new LSTMCell({ inputSize: 3, numUnits: 8, seed: 1 });
    const head = new Dense({ inputSize: 8, outputSize: 2, seed: 2 });
    const variables = [...cell.variables, head.kernel, head.bias];
    const call = (x: tf.Tensor3D) => head.call(dynamicRnn(cell, x)[1].h);
    return { variables, call };
  };
  const x = () => tf.ones<tf.Rank.R3>([4, 6, 3]);

  test("profile(() => step(x)) sums up a training step by operation and by cell, gradients apart", () => {
    const { variables, call } = model();
    const optimizer = new AdamOptimizer();
    const step = trainStep((x: tf.Tensor3D) => tf.sum(tf.square(call(x)), 1), { variables, optimizer });
    step(x());
    const taken = profile(() => step(x()));
    expect(taken.runs).toBe(1);
    const sources = taken.bySource.map(({ name }) => name);
    expect(sources).toEqual(
      expect.arrayContaining([
        "LSTMCell",
        "gradients/LSTMCell",
        "Dense",
        "gradients/Dense",
        "(outside cells and layers)",
      ]),
    );
    const lstm = taken.ops.filter(({ op }) => op === "LSTMBlockCell");
    expect(lstm.length % 6).toBe(0); // a time step each, in each shard
    expect(lstm.length).toBeGreaterThan(0);
    expect(
      lstm.every(({ source, duration, device }) => source === "LSTMCell" && duration > 0 && device === "/device:CPU:0"),
    ).toBe(true);
    for (const rows of [taken.byOp, taken.bySource]) {
      expect(rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(taken.ops.length);
      expect(rows.map(({ microseconds }) => microseconds)).toEqual(
        [...rows].map(({ microseconds }) => microseconds).sort((a, b) => b - a),
      );
    }
    expect(taken.ops.every(({ start, duration }) => start >= 0 && start + duration <= taken.elapsed)).toBe(true);
    step.dispose();
    optimizer.dispose();
    tf.dispose(variables);
  });

  test("profile(async () => …) waits for the promise; afterwards nothing is traced", async () => {
    const { variables, call } = model();
    const logits = compile(call, { variables });
    const given = x();
    tf.dispose(logits(given));
    const taken = await profile(async () => {
      tf.dispose(await logits.callAsync(given));
      await new Promise((resolve) => setTimeout(resolve, 1));
      tf.dispose(logits(given));
    });
    expect(taken.runs).toBe(2);
    expectRefused(() => profile(() => 1), /profile: expected a call of a compiled function, got none/);
    logits.dispose();
    tf.dispose(variables);
  });

  test("profile(run) passes an error on, and ends; a stream of small operations is one row", () => {
    expect(() =>
      profile(() => {
        throw new RangeError("mine");
      }),
    ).toThrow("mine");
    expectRefused(() => profile(1 as never), /profile: expected a function that calls compiled functions, got number/);
    const state = tf.variable(tf.zeros([1]));
    const next = stream(
      ([h]: readonly tf.Tensor[], x: tf.Tensor) => {
        const output = tf.add(h as tf.Tensor, x);
        return { output, state: [output] };
      },
      { variables: [], state: [state] },
    );
    const { ops } = profile(() => tf.dispose(next(tf.ones([1]))));
    expect(ops).toMatchObject([{ op: "(plan)", source: "(plan)" }]);
    next.dispose();
    state.dispose();
  });

  test("profileTable and chromeTrace tell the same times", () => {
    const { variables, call } = model();
    const logits = compile(call, { variables });
    const given = x();
    tf.dispose(logits(given));
    const taken = profile(() => tf.dispose(logits(given)));
    const table = profileTable(taken, { rows: 3 });
    expect(table).toMatch(
      /^1 run of a graph, \d+ operations, [\d.]+ ms from the first to the last\n\noperation +count +ms +share\n/,
    );
    expect(table).toMatch(/\n\(\d+ more\) /);
    expect(table).toMatch(/\ncell or layer +count/);
    expect(table).toMatch(/\nLSTMCell +\d+ +[\d.]+ +[\d.]+%/);
    const { traceEvents } = chromeTrace(taken);
    const bars = traceEvents.filter(({ ph }) => ph === "X");
    expect(bars.map(({ dur }) => dur)).toEqual(taken.ops.map(({ duration }) => duration));
    expect(traceEvents[0]).toEqual({ ph: "M", name: "process_name", pid: 0, args: { name: "/device:CPU:0" } });
    expect(() => profileTable(taken, { row: 3 } as never)).toThrow(/row/);
    logits.dispose();
    tf.dispose(variables);
  });
});
