import { expect, test } from "vitest";
import { measureFit, WAYS } from "../../scripts/bench/fit.mjs";
import { fitRow, fitTable } from "../../scripts/bench/fit-table.mjs";
import * as compile from "../../src/compile";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";
import { fit } from "../../src/train";
import { bar } from "../../src/train/progress/bar";

const SMALL = { cell: "rnn", activation: "tanh", layers: 1, batch: 6, timeSteps: 5, inputs: 3, units: 4, outputs: 3 };

test.skipIf(!compile.canCompile())(
  "all ways to train are timed, the bar is drawn, a row and a table are made",
  async () => {
    const unroll = { compile, rnn, tf, train: { fit, bar } };
    const workload = { ...SMALL, head: "last", loss: "softmax" };
    const measured = await measureFit(unroll, workload, { seconds: 0.05, blocks: 2 });
    for (const way of WAYS) expect(measured[`${way}_ms`]).toBeGreaterThan(0);
    expect(measured.steps).toBeGreaterThanOrEqual(24);
    expect(measured.drawn).toBeGreaterThan(100);
  },
);

test("the median of several processes, as a line: the guard's cost, and fit's share of the bare step's speed", () => {
  const rounds = [1, 3, 2].map((ms) => ({ bare_ms: ms, guard: 1 + ms / 100, rows: 1, rowsGuard: 0.99, fit: 1.25 }));
  const row = fitRow("mnist_rnn", rounds);
  expect(row).toMatchObject({ workload: "mnist_rnn", bare_ms: 2, guard: 1.02 });
  expect(fitTable([row]).split("\n")[1]).toMatch(/^ {2}mnist_rnn +2\.00 ms +\+2\.0 % +\+0\.0 % +-1\.0 % +80\.0 %$/);
});
