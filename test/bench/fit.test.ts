import { expect, test } from "vitest";
import { fitRow, fitTable } from "../../scripts/bench/report/fit-table.mts";
import { measureFit, WAYS } from "../../scripts/bench/workloads/fit.mts";
import type { Workload } from "../../scripts/bench/workloads/workload.mts";
import * as compile from "../../src/compile";
import * as rnn from "../../src/rnn";
import * as tf from "../../src/tf";
import { fit } from "../../src/train";
import { bar } from "../../src/train/progress/bar";

const SMALL: Workload = {
  ...{ cell: "rnn", activation: "tanh", layers: 1, batch: 6, timeSteps: 5, inputs: 3, units: 4, outputs: 3 },
  ...{ head: "last", loss: "softmax" },
};

test.skipIf(!compile.canCompile())(
  "all ways to train are timed, the bar is drawn, a row and a table are made",
  async () => {
    const measured = await measureFit({ compile, rnn, tf, fit, bar }, SMALL, { seconds: 0.05, blocks: 2 });
    for (const way of WAYS) expect(measured[`${way}_ms`]).toBeGreaterThan(0);
    expect(measured.steps).toBeGreaterThanOrEqual(24);
    expect(measured.drawn).toBeGreaterThan(100);
  },
);

test("the median of several processes, as a line: the guard's cost, and fit's share of the bare step's speed", () => {
  const same = { guarded_ms: 2, rows_ms: 2, rowsGuarded_ms: 2, fit_ms: 2, steps: 12, drawn: 100 };
  const ratios = { rows: 1, rowsGuard: 0.99, fit: 1.25 };
  const rounds = [1, 3, 2].map((ms) => ({ ...same, ...ratios, bare_ms: ms, guard: 1 + ms / 100 }));
  const row = fitRow("mnist_rnn", rounds);
  expect(row).toMatchObject({ workload: "mnist_rnn", bare_ms: 2, guard: 1.02 });
  expect(fitTable([row]).split("\n")[1]).toMatch(/^ {2}mnist_rnn +2\.00 ms +\+2\.0 % +\+0\.0 % +-1\.0 % +80\.0 %$/);
});
