// --against: two builds of the library in paired turns; the children are made up.
import { expect, test } from "vitest";
import { median } from "../../scripts/bench/median.mts";
import { compareBuilds } from "../../scripts/bench/modes/builds.mts";
import { comparisonOf, comparisonTable, isGood, type Turn } from "../../scripts/bench/report/comparison.mts";
import { medianInterval } from "../../scripts/bench/report/median-interval.mts";
import { type Open, openTimer } from "../../scripts/bench/timer.mts";
import { canCompile } from "../../src/compile";
import { Random } from "../../src/data";
import { buildFirst } from "../scripts/built";
import { temporaryFolder } from "../scripts/support";

buildFirst();

/** Turns of builds that differ by that ratio, each measured with an error of up to `noise`, on a machine whose speed wanders. */
function turnsOf(ratio: number, { count = 9, noise = 0.01, seed = 1 } = {}): Turn[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const machine = random.uniform(10, 15);
    const found = ratio * (1 + random.uniform(-noise, noise));
    return { old_ms: machine, new_ms: machine / found, ratio: found };
  });
}

const WORKLOADS = ["lstm_sequence", "lstm_token"];
const silent = () => undefined;

test("a turn is two processes, measured in turn block by block; every second turn begins with the new build", async () => {
  const order: string[] = [];
  const open: Open = async ({ name, clone = "new", seconds, shards }) => {
    expect([seconds, shards]).toEqual([0.5, 2]);
    order.push(`open ${name} ${clone}`);
    return {
      time: async (block) => {
        expect(block).toEqual({ seconds: 0.025, least: 2 });
        order.push(clone);
        return clone === "new" ? 8 : 10;
      },
      close: async () => void order.push(`close ${clone}`),
    };
  };
  const ends: string[] = [];
  const plan = { against: "/old", workloads: WORKLOADS, rounds: 2, seconds: 0.5, shards: 2 };
  const found = await compareBuilds(plan, { open, say: silent, onDone: ({ workload }) => ends.push(workload) });
  const turn = (name: string, first: string, second: string) => [
    ...[`open ${name} ${first}`, `open ${name} ${second}`],
    ...Array.from({ length: 10 }, () => [first, second, second, first]).flat(),
    ...[`close ${first}`, `close ${second}`],
  ];
  expect(order).toEqual([
    ...WORKLOADS.flatMap((name) => turn(name, "/old", "new")),
    ...WORKLOADS.flatMap((name) => turn(name, "new", "/old")),
  ]);
  expect(ends).toEqual(WORKLOADS);
  for (const each of found) expect(each).toMatchObject({ turns: 2, old_ms: 10, new_ms: 8, ratio: 1.25 });
});

test("a turn's ratio is the median of its blocks' ratios: a slow second, which falls on one block, changes nothing", async () => {
  let block = 0;
  const open: Open = async ({ clone }) => ({
    time: async () => (block++ === 3 ? 100 : 1) * (clone === undefined ? 2 : 3),
    close: async () => undefined,
  });
  const plan = { against: "/old", workloads: ["lstm_token"], rounds: 1, seconds: 1 };
  const [found] = await compareBuilds(plan, { open, say: silent });
  expect(found).toMatchObject({ old_ms: 3, new_ms: 2, ratio: 1.5 });
});

test("a build that fails ends its workload's turns and is red, and no process stays; the others go on", async () => {
  const lines: string[] = [];
  let [tries, alive] = [0, 0];
  const open: Open = async ({ name }) => {
    if (name === "lstm_token" && ++tries === 4) throw new Error("out of paper");
    alive++;
    return { time: async () => 1, close: async () => void alive-- };
  };
  const plan = { against: "/old", workloads: WORKLOADS, rounds: 9, seconds: 1 };
  const found = await compareBuilds(plan, { open, say: (line) => lines.push(line) });
  expect(found.map(isGood)).toEqual([true, false]);
  expect([tries, alive]).toEqual([4, 0]);
  expect(lines).toContain("lstm_token failed: out of paper");
  expect(comparisonTable(found)).toMatch(/^ {2}lstm_token +failed$/m);
});

test.skipIf(!canCompile())("a process times steps block by block until it is closed", async () => {
  const timer = await openTimer({ name: "lstm_token", seconds: 1 });
  for (const least of [1, 3]) expect(await timer.time({ seconds: 0.01, least })).toBeGreaterThan(0);
  await timer.close();
  await expect(timer.time({ seconds: 0, least: 1 })).rejects.toThrow();
});

test("a process that cannot load its build says why", async () => {
  const given = { name: "lstm_token", seconds: 1, clone: temporaryFolder() } as const;
  await expect(openTimer(given)).rejects.toThrow(/Cannot find module/);
});

test("the ratio is taken turn by turn: a machine whose speed wanders does not widen the interval", () => {
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
  const steady = (old_ms: number, new_ms: number): Turn[] =>
    Array.from({ length: 9 }, () => ({ old_ms, new_ms, ratio: old_ms / new_ms }));
  const text = comparisonTable([comparisonOf("short", steady(5, 4)), comparisonOf("much_longer", steady(90, 100))]);
  expect(text).toBe(`                    old        new  ratio   90 % interval  verdict
  short         5.00 ms    4.00 ms  1.250  1.250 to 1.250       ok
  much_longer  90.00 ms  100.00 ms  0.900  0.900 to 0.900   SLOWER

ratio: old time / new time, the median over the turns, above 1 is faster; SLOWER: its whole interval lies below 0.97`);
});
