// --against: two builds of the library in paired turns; the children are made up.
import { expect, test } from "vitest";
import { median } from "../../scripts/bench/median.mts";
import { compareBuilds } from "../../scripts/bench/modes/builds.mts";
import { comparisonOf, comparisonTable, isGood, type Turn } from "../../scripts/bench/report/comparison.mts";
import { medianInterval } from "../../scripts/bench/report/median-interval.mts";
import type { Measured } from "../../scripts/bench/report/rows.mts";
import type { Run } from "../../scripts/bench/run-child.mts";
import { Random } from "../../src/data";

/** Turns whose builds differ by that ratio, on a machine whose speed wanders by a half and is noisy by a share of `noise`. */
function turnsOf(ratio: number, { count = 9, noise = 0.01, seed = 1 } = {}): Turn[] {
  const random = new Random(seed);
  const noisy = () => 1 + random.uniform(-noise, noise);
  return Array.from({ length: count }, () => {
    const machine = random.uniform(1, 1.5);
    return { old_ms: 10 * machine * noisy(), new_ms: (10 / ratio) * machine * noisy() };
  });
}

test("a turn is two processes, one right after the other; every second turn begins with the new build", async () => {
  const order: string[] = [];
  const run: Run<Measured> = async ([, , task, given = ""]) => {
    const { name, clone, seconds, shards } = JSON.parse(given);
    order.push(`${name} ${clone ?? "new"}`);
    expect([task, seconds, shards]).toEqual(["unroll", 0.5, 2]);
    return { median_ms: clone === undefined ? 8 : 10, min_ms: 1 };
  };
  const plan = { against: "/old", workloads: ["lstm_sequence", "lstm_token"], rounds: 2, seconds: 0.5, shards: 2 };
  const ends: string[] = [];
  const found = await compareBuilds(plan, { run, say: () => undefined, onDone: ({ workload }) => ends.push(workload) });
  expect(order).toEqual([
    ...["lstm_sequence /old", "lstm_sequence new", "lstm_token /old", "lstm_token new"],
    ...["lstm_sequence new", "lstm_sequence /old", "lstm_token new", "lstm_token /old"],
  ]);
  expect(ends).toEqual(plan.workloads);
  for (const each of found) expect(each).toMatchObject({ turns: 2, old_ms: 10, new_ms: 8, ratio: 1.25 });
});

test("a build that fails ends its workload's turns and is red; the others go on", async () => {
  const lines: string[] = [];
  let tries = 0;
  const run: Run<Measured> = async ([, , , given = ""]) => {
    const { name } = JSON.parse(given);
    if (name === "lstm_token" && ++tries === 3) throw new Error("out of paper");
    return { median_ms: 1, min_ms: 1 };
  };
  const plan = { against: "/old", workloads: ["lstm_sequence", "lstm_token"], rounds: 9, seconds: 1 };
  const found = await compareBuilds(plan, { run, say: (line) => lines.push(line) });
  expect(found.map(isGood)).toEqual([true, false]);
  expect(tries).toBe(3);
  expect(lines).toContain("lstm_token failed: out of paper");
  expect(comparisonTable(found)).toMatch(/^ {2}lstm_token +failed$/m);
});

test("the ratio is of each turn: a machine whose speed wanders does not widen the interval", () => {
  const { ratio, low, high } = comparisonOf("w", turnsOf(1));
  expect(Math.abs(ratio - 1)).toBeLessThan(0.01);
  expect(low).toBeLessThanOrEqual(ratio);
  expect(high).toBeGreaterThanOrEqual(ratio);
  expect(high - low).toBeLessThan(0.03);
});

test.each([
  ["as fast", turnsOf(1), false],
  ["2 % slower", turnsOf(0.98, { noise: 0.001 }), false],
  ["10 % faster", turnsOf(1.1), false],
  ["10 % slower", turnsOf(0.9), true],
  ["4 % slower, measured well", turnsOf(0.96, { noise: 0.001 }), true],
  ["4 % slower, measured badly: the interval reaches over 0.97", turnsOf(0.96, { noise: 0.2 }), false],
])("a build that is %s: slower only where the whole interval lies below 0.97", (_name, turns, slower) => {
  expect(comparisonOf("w", turns)).toMatchObject({ slower });
  expect(isGood(comparisonOf("w", turns))).toBe(!slower);
});

test("the interval holds the true median about nine times of ten, is the same each time, and is a point for one value", () => {
  const trials = Array.from({ length: 200 }, (_, seed) => {
    const random = new Random(seed);
    const { low, high } = medianInterval(
      Array.from({ length: 15 }, () => random.uniform(0, 2)),
      500,
    );
    return low <= 1 && 1 <= high;
  });
  const held = trials.filter((holds) => holds).length / trials.length;
  expect(held).toBeGreaterThan(0.85);
  expect(held).toBeLessThan(0.99);
  const values = [3, 1, 2, 5, 4];
  expect(medianInterval(values)).toEqual(medianInterval(values));
  expect(medianInterval([7])).toEqual({ low: 7, high: 7 });
  expect(Number.isNaN(median([]))).toBe(true);
});

test("the table: a line for each workload, and what the ratio means", () => {
  const steady = (old_ms: number, new_ms: number): Turn[] => Array.from({ length: 9 }, () => ({ old_ms, new_ms }));
  const text = comparisonTable([comparisonOf("short", steady(5, 4)), comparisonOf("much_longer", steady(90, 100))]);
  expect(text).toBe(`                    old        new  ratio   90 % interval  verdict
  short         5.00 ms    4.00 ms  1.250  1.250 to 1.250       ok
  much_longer  90.00 ms  100.00 ms  0.900  0.900 to 0.900   SLOWER

ratio: old time / new time, the median over the turns, above 1 is faster; SLOWER: its whole interval lies below 0.97`);
});
