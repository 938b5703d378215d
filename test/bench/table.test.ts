import { expect, test } from "vitest";
import { bestOf, type Measured, rowOf } from "../../scripts/bench/report/rows.mts";
import { tables } from "../../scripts/bench/report/tables.mts";
import { productFlops } from "../../scripts/bench/workloads/floor.mts";

const round = (median_ms: number, more?: Partial<Measured>): Measured => ({
  median_ms,
  min_ms: median_ms - 1,
  first_step_ms: 100,
  rss_mb: 300,
  ...more,
});

test("a row of several rounds: median of medians, least of all, most memory", () => {
  const rounds = [round(9, { steps: 12 }), round(4, { rss_mb: 310, steps: 20 }), round(5, { steps: 30 })];
  expect(JSON.stringify(rowOf("unroll", "w", rounds))).toBe(
    '{"peer":"unroll","workload":"w","median_ms":5,"min_ms":3,"first_step_ms":100,"rss_mb":310,"steps":62}',
  );
});

test("what a peer does not tell is null", () => {
  expect(rowOf("jax", "w", [{ median_ms: 2, min_ms: 1, rss_mb: 5 }])).toMatchObject({
    first_step_ms: null,
    steps: null,
  });
});

test("how a peer ran is told, below the other tables", () => {
  const rows = [rowOf("unroll", "w", [round(1)]), rowOf("torch", "w", [round(3, { with: "eager, 1 thread" })])];
  expect(rows[1]).toMatchObject({ with: "eager, 1 thread" });
  const [, , , last] = tables(rows, { peers: ["unroll", "torch"], workloads: ["w"] }).split("\n\n");
  expect(last).toMatch(/^the fastest way to run each.*\n +torch\n +w +eager, 1 thread$/);
});

test("a failure in one round fails the row", () => {
  expect(rowOf("jax", "w", [round(2), { failed: "no jax" }])).toMatchObject({ median_ms: null, failed: true });
});

test("the best of some peers, failures apart", () => {
  const rows = [rowOf("torch", "w", [round(3)]), rowOf("jax", "w", [{ failed: "" }]), rowOf("unroll", "w", [round(2)])];
  expect(bestOf(rows, ["torch", "jax"])?.peer).toBe("torch");
  expect(bestOf(rows, ["jax"])).toBeUndefined();
});

test("the tables: a line a workload, ratios, floor, first step, memory", () => {
  const spec = { cell: "rnn", layers: 1, batch: 1, timeSteps: 1, inputs: 1, units: 1, outputs: 1 } as const;
  const sizes = { ...spec, head: "last" } as const;
  const rows = [
    rowOf("unroll", "short", [round(12.34)]),
    rowOf("tfjs-layers", "short", [round(123.4)]),
    rowOf("torch", "short", [round(6.17, { first_step_ms: undefined, rss_mb: null })]),
    rowOf("unroll", "much_longer", [{ failed: "x" }]),
    rowOf("tfjs-layers", "much_longer", [round(2)]),
    rowOf("torch", "much_longer", [round(3)]),
  ];
  const gflops = productFlops(sizes) / 5e6; // so slow that the floor is 5 ms
  const text = tables(rows, {
    peers: ["unroll", "tfjs-layers", "torch"],
    workloads: ["short", "much_longer"],
    floor: { gflops, specs: { short: sizes, much_longer: sizes } },
  });
  expect(text).toBe(`milliseconds (median)
               unroll  tfjs-layers  torch     of best  of layers  floor
  short          12.3          123   6.17  2.00 torch       0.10   5.00
  much_longer  failed         2.00   3.00           –          –   5.00

first step, milliseconds
               unroll  tfjs-layers  torch
  short           100          100      –
  much_longer  failed          100    100

peak memory of the process, MB
               unroll  tfjs-layers  torch
  short           300          300      –
  much_longer  failed          300    300

floor: the matrix products alone at 0 GFLOP/s, a large product on all cores`);
});
