import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  hasReflectivity,
  loadRain,
  marshallPalmer,
  RADAR_FIGURES,
  type RainColumn,
  type RainHour,
  radarHours,
  rainColumn,
  rainRate,
  reflectivityOf,
  scanDurations,
} from "../../../src/data";
import { dataErrorOf, RAIN_HEADER as HEADER, rainRow as row, temporaryFolder } from "../support";

/** An hour of scans at the given minutes with the given reflectivities. */
const hourOf = (...scans: [minute: number, dBZ: number][]): RainHour => {
  const data = new Float32Array(scans.length * 22).fill(Number.NaN);
  scans.forEach(([minute, dBZ], i) => {
    data.set([minute, 10, dBZ], i * 22);
  });
  return { id: 1, expected: 0, scans: { data, shape: [scans.length, 22] } };
};

test("rainRate(reflectivity) is Marshall and Palmer's relation, and reflectivityOf(rate) its inverse", () => {
  expect(reflectivityOf(1)).toBeCloseTo(10 * Math.log10(200), 10);
  expect(rainRate(40)).toBeCloseTo(11.53, 2); // the 11.5 mm/h of every table
  for (const rate of [0.1, 1, 50]) expect(rainRate(reflectivityOf(rate))).toBeCloseTo(rate, 10);
});

test("scanDurations(minutes): from the scan before; the first from the hour's beginning, the last to its end", () => {
  expect(scanDurations([6, 30, 45])).toEqual([6 / 60, 24 / 60, 30 / 60]);
  expect(scanDurations([17])).toEqual([1]);
  expect(scanDurations([])).toEqual([]);
});

test("marshallPalmer(hour) counts a missing scan as no rain; with { fillGaps: true } the next scan gets its time", () => {
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

test("radarHours(options) have the published mean, deviation and share of missing scans", () => {
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

test("radarHours: scans every 4 to 6 minutes, in steps of dBZ and dB; the gauge counts tips", () => {
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

test("radarHours: a scan's rate by Marshall and Palmer has the published errors of drop sizes and instrument", () => {
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

test("radarHours: the logarithm of rain decorrelates in 83 minutes, so after half an hour it correlates by e^(−30/83)", () => {
  const at = (minute: number) => HOURS.map(({ rates }) => Math.log(rates[minute] as number));
  const [a, b] = [at(10), at(40)];
  const [middleA, middleB] = [mean(a), mean(b)];
  const product = mean(a.map((value, i) => (value - middleA) * ((b[i] as number) - middleB)));
  expect(Math.abs(product / (deviation(a) * deviation(b)) - Math.exp(-30 / 83.33))).toBeLessThan(0.05);
});

test("radarHours: at one reflectivity, larger drops (Zdr) mean less rain", () => {
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

test("radarHours({ count, seed }): the same seed gives the same hours; a longer list begins with the shorter one", () => {
  expect(radarHours({ count: 5, seed: 1 })).toEqual(HOURS.slice(0, 5));
  expect(radarHours({ count: 5, seed: 2 })[0]?.rates).not.toEqual(HOURS[0]?.rates);
});

test("loadRain({ count }) takes the first hours with a reflectivity of rain/train.csv, and generates hours without the file", async () => {
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
