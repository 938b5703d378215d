import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DailySeriesOptions, loadMinTemperatures, loadStockDays } from "../../../src/data";
import { dataErrorOf, realFolder, temporaryFolder } from "../support";

/** Options with an empty environment, an empty cache and no mirror. */
const alone = (options: DailySeriesOptions = {}): DailySeriesOptions => ({
  environment: {},
  mirrors: [],
  cache: temporaryFolder(),
  log: () => undefined,
  ...options,
});

test.skipIf(!realFolder)("loadMinTemperatures() gives ten years of Melbourne without two days", async () => {
  const { dates, columns, values, source } = await loadMinTemperatures(alone({ folder: realFolder as string }));
  expect([dates.length, dates[0], dates.at(-1), dates.includes("1984-12-31")]).toEqual([
    ...[3_650, "1981-01-01", "1990-12-31", false],
  ]);
  expect([columns, values.shape, source.kind]).toEqual([["minimum"], [3_650, 1], "real"]);
  expect(values.data[0]).toBeCloseTo(20.7, 5);
  const mean = values.data.reduce((sum, value) => sum + value, 0) / 3_650;
  expect(mean).toBeCloseTo(11.1778, 3);
});

test.skipIf(!realFolder)("loadStockDays() gives 506 days, each low at or below its open, close and high", async () => {
  const { dates, columns, values, source } = await loadStockDays(alone({ folder: realFolder as string }));
  expect([dates.length, dates[0], dates.at(-1), source.kind]).toEqual([506, "2015-02-17", "2017-02-16", "real"]);
  expect(columns).toEqual(["open", "high", "low", "close", "volume"]);
  expect(Array.from(values.data.subarray(0, 5))).toEqual(
    [127.489998, 128.880005, 126.919998, 127.830002, 63152400].map((value) => expect.closeTo(value, 4)),
  );
  for (let day = 0; day < 506; day++) {
    const [open = 0, high = 0, low = 0, close = 0, volume = 0] = values.data.subarray(5 * day, 5 * day + 5);
    expect(low <= Math.min(open, close) && Math.max(open, close) <= high && volume > 0, dates[day]).toBe(true);
  }
});

test.each([
  ["loadMinTemperatures", loadMinTemperatures, 3_650, 1],
  ["loadStockDays", loadStockDays, 523, 5],
] as const)(
  "%s() without the file generates days, the same at every call, and one line says so",
  async (_, load, days, width) => {
    const lines: string[] = [];
    const first = await load(alone({ log: (line) => void lines.push(line) }));
    const again = await load(alone());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^stand-in data: .*could not be had \(no mirror was given\).*UNROLL_DATA.*time-series\//);
    expect([first.values.shape, first.dates.length, first.source.kind]).toEqual([[days, width], days, "stand-in"]);
    expect(first.values.data).toEqual(again.values.data);
    expect(first.values.data.every(Number.isFinite)).toBe(true);
    expect([...first.dates].sort()).toEqual(first.dates);
  },
);

test("loadStockDays({ standIn: false }) throws without the file, and names it", async () => {
  const error = await dataErrorOf(() => loadStockDays(alone({ standIn: false })));
  expect(error.message).toBe(
    "loadStockDays: finance-charts-apple.csv: expected it in a folder, the cache or a mirror, got no mirror was given",
  );
});

test("loadMinTemperatures refuses a wrong file in the named folder", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "time-series"));
  writeFileSync(join(folder, "time-series", "daily-min-temperatures.csv"), '"Date","Temp"\n');
  const error = await dataErrorOf(() => loadMinTemperatures(alone({ folder })));
  expect(error.message).toContain("size: expected 67921 bytes, got 14");
});
