import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  hasReflectivity,
  loadRain,
  marshallPalmer,
  RADAR_FIGURES,
  RAIN_COLUMNS,
  type RainColumn,
  type RainHour,
  radarHours,
  rainColumn,
  rainRate,
  readRainHours,
  reflectivityOf,
  scanDurations,
} from "../../src/data";
import { dataErrorOf, temporaryFolder } from "./support";

const HEADER = ["Id", ...RAIN_COLUMNS, "Expected"].join(",");

/** A row of the file: what is not told stays empty. */
function row(
  id: number,
  minute: number | string,
  more: Partial<Record<RainColumn, number | string>>,
  expected: number,
) {
  const scan = RAIN_COLUMNS.map((column) => more[column] ?? (column === "minutes_past" ? minute : ""));
  return [id, ...scan, expected].join(",");
}

function written(...lines: string[]): string {
  const path = join(temporaryFolder(), "train.csv");
  writeFileSync(path, lines.join("\n"));
  return path;
}

async function all(path: string): Promise<RainHour[]> {
  const hours: RainHour[] = [];
  for await (const hour of readRainHours(path)) hours.push(hour);
  return hours;
}

/** An hour of scans at those minutes with those reflectivities. */
const hourOf = (...scans: [minute: number, dBZ: number][]): RainHour => {
  const data = new Float32Array(scans.length * 22).fill(Number.NaN);
  scans.forEach(([minute, dBZ], i) => {
    data.set([minute, 10, dBZ], i * 22);
  });
  return { id: 1, expected: 0, scans: { data, shape: [scans.length, 22] } };
};

test("the columns are the competition's", () => {
  expect(RAIN_COLUMNS.length).toBe(22);
  expect(RAIN_COLUMNS.slice(0, 8)).toEqual([
    ...["minutes_past", "radardist_km", "Ref", "Ref_5x5_10th", "Ref_5x5_50th", "Ref_5x5_90th"],
    ...["RefComposite", "RefComposite_5x5_10th"],
  ]);
  expect(RAIN_COLUMNS.at(-1)).toBe("Kdp_5x5_90th");
});

test("readRainHours gives the hours one by one: rows by time, NaN where a field is empty", async () => {
  const path = written(
    HEADER,
    row(1, 30, { radardist_km: 10 }, 0.254),
    row(1, 3, { radardist_km: 10, Ref: -1.5, Kdp_5x5_90th: 7 }, 0.254),
    `${row(7, 0, { Ref: 9 }, 1.0160005)}\r`,
    "",
  );
  const [first, second, ...others] = await all(path);
  expect(others).toEqual([]);
  expect([first?.id, first?.expected, first?.scans.shape]).toEqual([1, 0.254, [2, 22]]);
  expect([...rainColumn(first as RainHour, "minutes_past")]).toEqual([3, 30]);
  expect([...rainColumn(first as RainHour, "Ref")]).toEqual([-1.5, Number.NaN]);
  expect([...rainColumn(first as RainHour, "Kdp_5x5_90th")]).toEqual([7, Number.NaN]);
  expect([second?.id, second?.expected]).toEqual([7, 1.0160005]);
});

test("columns are found by name, in any order, others passed over", async () => {
  const names = [...HEADER.split(",").reverse(), "station"];
  const values = [...row(4, 12, { Ref: 33 }, 2).split(",").reverse(), "KDMX"];
  const [hour] = await all(written(names.join(","), values.join(",")));
  expect([hour?.id, hour?.expected, ...rainColumn(hour as RainHour, "Ref")]).toEqual([4, 2, 33]);
});

test.each([
  ["line 3, column Ref: expected a number, or nothing, got wet", row(1, 5, { Ref: "wet" }, 1)],
  ["line 3, column Ref: expected a number, or nothing, got Infinity", row(1, 5, { Ref: "Infinity" }, 1)],
  ["line 3, column minutes_past: expected a whole number from 0 to 59, got 60", row(1, 60, {}, 1)],
  ["line 3, column minutes_past: expected a whole number from 0 to 59, got ", row(1, "", {}, 1)],
  ["line 3, column Expected: expected 1, as above, got 2", row(1, 5, {}, 2)],
  ["line 3, column Expected: expected an amount of 0 mm or more, got -1", row(2, 5, {}, -1)],
  ["line 3, column Id: expected more than 1, rows by ascending Id, got 0", row(0, 5, {}, 1)],
  ["line 3, column Id: expected a whole number, got 1.5", row(1.5, 5, {}, 1)],
  ["line 3: expected 24 fields, as line 1 has, got 25", `${row(1, 5, {}, 1)},9`],
])("refused, by line and column: %s", async (message, line) => {
  const path = written(HEADER, row(1, 0, {}, 1), line);
  expect((await dataErrorOf(() => all(path))).message).toBe(`${path}: ${message}`);
});

test("a file that is empty, lacks a column, has no line ends or is not there is refused", async () => {
  const refusal = async (path: string) => (await dataErrorOf(() => all(path))).message.slice(path.length + 2);
  expect(await refusal(written(""))).toBe("line 1: expected the columns' names, got an empty file");
  expect(await refusal(written(HEADER.replace(",Zdr,", ",")))).toMatch(/^line 1: expected a column Zdr, got Id,/);
  expect(await refusal(written("x".repeat(2 << 20)))).toMatch(/^line 1: expected at most 10000 characters/);
  expect(await refusal(join(temporaryFolder(), "none.csv"))).toBe("access: expected a readable file, got ENOENT");
});

test("a big file is read in pieces: its first hour needs nothing of its end, and lines cut by a piece are whole", async () => {
  const path = written(HEADER, "");
  const rows = Array.from({ length: 1_000 }, (_, i) => row(i, 1, { Ref: i / 2, RhoHV_5x5_10th: 0.99833333 }, i));
  for (let part = 0; part < 30; part++) {
    const moved = rows.map((line, i) => line.replace(/^\d+/, String(part * 1_000 + i)));
    appendFileSync(path, `${moved.join("\n")}\n`); // 1.5 MB altogether, more than a piece
  }
  appendFileSync(path, "spoilt");
  let count = 0;
  const read = async () => {
    for await (const hour of readRainHours(path)) {
      expect([hour.id, hour.expected]).toEqual([count, count % 1_000]);
      count++;
    }
  };
  expect((await dataErrorOf(read)).field).toBe("line 30002");
  expect(count).toBe(29_999); // all but the last, which might have gone on
});

test("rainRate is Marshall and Palmer's relation, and reflectivityOf undoes it", () => {
  expect(reflectivityOf(1)).toBeCloseTo(10 * Math.log10(200), 10);
  expect(rainRate(40)).toBeCloseTo(11.53, 2); // the 11.5 mm/h of every table
  for (const rate of [0.1, 1, 50]) expect(rainRate(reflectivityOf(rate))).toBeCloseTo(rate, 10);
});

test("each scan counts from the one before it, the first from the hour's begin and the last to its end", () => {
  expect(scanDurations([6, 30, 45])).toEqual([6 / 60, 24 / 60, 30 / 60]);
  expect(scanDurations([17])).toEqual([1]);
  expect(scanDurations([])).toEqual([]);
});

test("marshallPalmer counts a missing scan as no rain; with fillGaps its time goes to the next scan", () => {
  const ten = reflectivityOf(10);
  const hour = hourOf([6, ten], [30, Number.NaN], [60 - 15, reflectivityOf(2)]);
  expect(marshallPalmer(hour)).toBeCloseTo((10 * 6 + 0 * 24 + 2 * 30) / 60, 5);
  expect(marshallPalmer(hour, { fillGaps: true })).toBeCloseTo((10 * 6 + 2 * 54) / 60, 5);
  const nothing = hourOf([6, Number.NaN]);
  expect([marshallPalmer(nothing), marshallPalmer(nothing, { fillGaps: true }), hasReflectivity(nothing)]).toEqual([
    0,
    0,
    false,
  ]);
});

const HOURS = radarHours({ count: 4_000, seed: 1 });
const column = (name: RainColumn) => HOURS.flatMap((hour) => [...rainColumn(hour, name)]);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
};

test("generated hours have the published mean, deviation and missing scans", () => {
  const reflectivities = column("Ref");
  const seen = reflectivities.filter(Number.isFinite);
  expect(Math.abs(mean(seen) - RADAR_FIGURES.reflectivity.mean)).toBeLessThan(0.5); // hours are few: 0.15 is one σ
  expect(Math.abs(deviation(seen) - RADAR_FIGURES.reflectivity.deviation)).toBeLessThan(0.4);
  expect(Math.abs(1 - seen.length / reflectivities.length - 0.511)).toBeLessThan(0.01);
  const differential = column("Zdr");
  expect(Math.abs(1 - differential.filter(Number.isFinite).length / differential.length - 0.62)).toBeLessThan(0.01);
  expect(differential.every((value, i) => Number.isNaN(value) || Number.isFinite(reflectivities[i]))).toBe(true);
  expect(HOURS.every(hasReflectivity)).toBe(true);
  expect(column("RhoHV").every(Number.isNaN)).toBe(true); // not modelled
});

test("scans come every 4 to 6 minutes, whole steps of dBZ and dB, and the gauge counts tips", () => {
  for (const hour of HOURS.slice(0, 500)) {
    const minutes = [...rainColumn(hour, "minutes_past")];
    const gaps = minutes.slice(1).map((minute, i) => minute - (minutes[i] as number));
    expect(minutes.every((minute) => Number.isInteger(minute) && minute >= 0 && minute < 60)).toBe(true);
    expect([Math.min(...gaps) >= 4, Math.max(...gaps) <= 6, minutes.length >= 10]).toEqual([true, true, true]);
    const tips = hour.expected / 0.254;
    expect(Math.abs(tips - Math.round(tips))).toBeLessThan(1e-9);
    expect(Math.abs(hour.expected - mean([...hour.rates]))).toBeLessThan(0.2541);
  }
  expect(column("Ref").every((value) => Number.isNaN(value) || Number.isInteger(2 * value))).toBe(true);
  expect(column("Zdr").every((value) => Number.isNaN(value) || Number.isInteger(16 * value))).toBe(true);
});

test("a scan's rate by Marshall and Palmer is off by drop sizes and the instrument, as published", () => {
  const errors = HOURS.map((hour) => {
    const minutes = rainColumn(hour, "minutes_past");
    const logs = [...rainColumn(hour, "Ref")].flatMap((dBZ, i) =>
      Number.isFinite(dBZ) ? [Math.log(rainRate(dBZ) / (hour.rates[minutes[i] as number] as number))] : [],
    );
    return logs;
  });
  const perLog = 16 / Math.LN10; // dB for each unit of ln R
  const [instant, day] = [0.41, 0.28].map((relative) => Math.log(1 + relative ** 2)) as [number, number];
  const noise = (1 + 0.5 ** 2 / 12) / perLog ** 2;
  expect(Math.abs(mean(errors.flat()))).toBeLessThan(0.03);
  expect(deviation(errors.flat())).toBeCloseTo(Math.sqrt(instant + noise + 1 / perLog ** 2), 1);
  const pairs = errors.filter(({ length }) => length > 1).map(([a, b]) => (a as number) * (b as number));
  expect(Math.abs(mean(pairs) - (day + 1 / perLog ** 2))).toBeLessThan(0.015); // what two scans of an hour share
});

test("rain keeps its level for 83 minutes: half an hour later the logarithms correlate by e^(−30/83)", () => {
  const at = (minute: number) => HOURS.map(({ rates }) => Math.log(rates[minute] as number));
  const [a, b] = [at(10), at(40)];
  const [middleA, middleB] = [mean(a), mean(b)];
  const product = mean(a.map((value, i) => (value - middleA) * ((b[i] as number) - middleB)));
  expect(Math.abs(product / (deviation(a) * deviation(b)) - Math.exp(-30 / 83.33))).toBeLessThan(0.05);
});

test("for one reflectivity, larger drops (Zdr) mean less rain", () => {
  const scans = HOURS.flatMap((hour) => {
    const [dBZ, dB, minutes] = (["Ref", "Zdr", "minutes_past"] as const).map((name) => rainColumn(hour, name));
    return [...(dBZ as Float32Array)].map((ref, i) => {
      return { ref, zdr: dB?.[i] as number, rate: hour.rates[minutes?.[i] as number] as number };
    });
  }).filter(({ ref, zdr }) => ref >= 38 && ref <= 42 && Number.isFinite(zdr));
  const middle = scans.map(({ zdr }) => zdr).sort((a, b) => a - b)[scans.length >> 1] as number;
  const [flat, round] = [scans.filter(({ zdr }) => zdr > middle), scans.filter(({ zdr }) => zdr < middle)];
  expect(mean(flat.map(({ rate }) => rate))).toBeLessThan(0.8 * mean(round.map(({ rate }) => rate)));
});

test("the same seed gives the same hours, a longer list begins as the shorter one", () => {
  expect(radarHours({ count: 5, seed: 1 })).toEqual(HOURS.slice(0, 5));
  expect(radarHours({ count: 5, seed: 2 })[0]?.rates).not.toEqual(HOURS[0]?.rates);
});

test("loadRain takes the first hours of rain/train.csv that have a reflectivity, and generates where there is no file", async () => {
  const [folder, lines] = [temporaryFolder(), [] as string[]];
  const environment = { HOME: folder, XDG_CACHE_HOME: folder, UNROLL_DATA: folder };
  const load = (count: number) => loadRain({ count, seed: 1, environment, log: (line) => void lines.push(line) });
  expect((await load(3)).hours).toEqual(HOURS.slice(0, 3));
  mkdirSync(join(folder, "rain"));
  const rows = [row(1, 0, {}, 1), row(2, 0, { Ref: 20 }, 2), row(3, 0, { Ref: 30 }, 3), "spoilt"];
  writeFileSync(join(folder, "rain", "train.csv"), [HEADER, ...rows].join("\n"));
  const rain = await load(1);
  expect([rain.source.kind, rain.hours.map(({ id }) => id)]).toEqual(["real", [2]]);
  expect(lines.map((line) => line.split(":")[0])).toEqual(["generated radar", "real radar"]);
  expect((await dataErrorOf(() => load(3))).field).toBe("line 5");
  writeFileSync(join(folder, "rain", "train.csv"), [HEADER, ...rows.slice(0, 3)].join("\n"));
  expect((await dataErrorOf(() => load(3))).message).toMatch(/hours with a reflectivity: expected 3 or more, got 2$/);
});
