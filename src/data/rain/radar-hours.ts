import { numericArray } from "../array";
import { checkOptions } from "../check-options";
import { checkWhole } from "../errors";
import { Random } from "../random";
import { reflectivityOf } from "./marshall-palmer";
import { RADAR_FIGURES as FIGURES } from "./radar-figures";
import { RAIN_COLUMNS, type RainHour } from "./rain-hours";

/** A generated hour, with the rain that really fell. */
export interface GeneratedHour extends RainHour {
  /** The rain rate in each of the 60 minutes, mm/h. */
  readonly rates: Float32Array;
}

const DB_PER_LOG = 16 / Math.LN10; // Ref = 10·log10(200·R^1.6): dB for each unit of ln R
/** The standard deviation of the logarithm of a log-normal factor with this relative deviation. */
const logDeviation = (relative: number) => Math.sqrt(Math.log(1 + relative ** 2));
const SIZES = {
  instant: logDeviation(FIGURES.dropSizes.instant),
  day: logDeviation(FIGURES.dropSizes.day),
};
/** The distribution of ln R for which Ref, with all its errors, has the published mean and deviation. */
const LOG_RATE = {
  mean: (FIGURES.reflectivity.mean - reflectivityOf(1)) / DB_PER_LOG,
  deviation: Math.sqrt(
    (FIGURES.reflectivity.deviation ** 2 - FIGURES.calibration.deviation ** 2 - FIGURES.measurement.reflectivity ** 2) /
      DB_PER_LOG ** 2 -
      SIZES.instant ** 2,
  ),
};

/**
 * Generates hours at rain gauges under a radar, from Marshall and Palmer's relation and the figures of
 * `RADAR_FIGURES`.
 *
 * Rain, minute by minute, is log-normal; its logarithm is a Gauss–Markov process. A scan sees
 *
 *   Z    = 200·ε·R^1.6                    ln ε / 1.6: a part for the hour and a part for each scan (drop sizes)
 *   Ref  = 10·log10 Z + c + noise         c: the hour's calibration error, dB
 *   Dm   = (4 / 4.1)·R^0.21·ε^(3/7)       mm; mean drop size: Marshall and Palmer's Λ = 4.1·R^−0.21 per mm, Dm = 4/Λ, and
 *                                         Z/R ∝ Λ^(−7/3) for exponential drop sizes that fall at a speed ∝ D^(2/3)
 *   Zdr  = (Dm / 1.619)^(1 / 0.485) + b + noise          dB, at S band (Bringi and Chandrasekar 2001); b: the hour's bias
 *
 * A scan may miss Ref or Zdr, independently of other scans and of the rain; Zdr is missing wherever Ref is. Each hour
 * has Ref at least once. The gauge counts whole tips of its bucket. It is an assumption, in favour of Marshall and
 * Palmer, that errors of drop sizes within the hour are independent from scan to scan. The model leaves out clutter,
 * hail, melting snow, beams too wide or too high, wind, and a gauge that is not below its radar column. All other
 * columns are missing.
 *
 * The same seed gives the same hours, and a longer list begins with the shorter one.
 *
 * @example
 *   const [first] = radarHours({ count: 1000, seed: 42 });
 *   if (first) console.log(first.expected, marshallPalmer(first));
 *
 * @param options `count`: the number of hours; `seed`: fixes the hours. Default: 0
 * @throws DataError for options out of range
 */
export function radarHours(options: { count: number; seed?: number }): GeneratedHour[] {
  checkOptions("radarHours", options, ["count", "seed"]);
  const { count, seed = 0 } = options;
  checkWhole("radarHours", "count", count, 0, 10_000_000);
  return Array.from({ length: count }, (_, i) => radarHour(i + 1, new Random(seed, i)));
}

function radarHour(id: number, random: Random): GeneratedHour {
  const rates = rainRates(random);
  const minutes = scanTimes(random);
  const depth = rates.reduce((sum, rate) => sum + rate / 60, 0);
  // the bucket was partly full when the hour began
  const expected = FIGURES.tip * Math.floor(depth / FIGURES.tip + random.uniform());
  const hour = {
    distance: distance(random),
    sizes: random.normal(0, SIZES.day),
    calibration: random.normal(0, FIGURES.calibration.deviation),
    bias: random.normal(0, FIGURES.differential.deviation),
  };
  const data = new Float32Array(minutes.length * RAIN_COLUMNS.length).fill(Number.NaN);
  const seen = seenScans(minutes.length, random);
  minutes.forEach((minute, scan) => {
    const put = (column: (typeof RAIN_COLUMNS)[number], value: number) => {
      data[scan * RAIN_COLUMNS.length + RAIN_COLUMNS.indexOf(column)] = value;
    };
    put("minutes_past", minute);
    put("radardist_km", hour.distance);
    const { reflectivity, differential } = measure(rates[minute] as number, hour, random);
    if (!seen[scan]) return;
    put("Ref", reflectivity);
    if (random.uniform() < SHARE_WITH_ZDR) put("Zdr", differential);
  });
  return { id, scans: numericArray(data, [minutes.length, RAIN_COLUMNS.length]), expected, rates };
}

/** The share of scans with Zdr, among the scans with Ref. */
const SHARE_WITH_ZDR = (1 - FIGURES.missing.differential) / (1 - FIGURES.missing.reflectivity);

function rainRates(random: Random): Float32Array {
  const keep = Math.exp(-1 / FIGURES.decorrelation);
  const fresh = Math.sqrt(1 - keep ** 2);
  let level = random.normal();
  return Float32Array.from({ length: 60 }, (_, minute) => {
    if (minute > 0) level = keep * level + fresh * random.normal();
    return Math.exp(LOG_RATE.mean + LOG_RATE.deviation * level);
  });
}

/** The minutes, whole numbers, in which scans begin. */
function scanTimes(random: Random): number[] {
  const step = FIGURES.scanMinutes[random.integer(FIGURES.scanMinutes.length)] as number;
  const first = random.uniform(0, step);
  return Array.from({ length: Math.ceil((60 - first) / step) }, (_, scan) => Math.floor(first + scan * step));
}

function distance(random: Random): number {
  const { mean, deviation, most } = FIGURES.distance;
  return Math.min(most, Math.max(0, Math.round(random.normal(mean, deviation))));
}

function seenScans(count: number, random: Random): boolean[] {
  for (;;) {
    const seen = Array.from({ length: count }, () => random.uniform() >= FIGURES.missing.reflectivity);
    if (seen.includes(true)) return seen;
  }
}

/** Simulates a scan of a rain rate (mm/h): dBZ and dB. */
function measure(
  rate: number,
  { sizes, calibration, bias }: { sizes: number; calibration: number; bias: number },
  random: Random,
): { reflectivity: number; differential: number } {
  const logSizes = sizes + random.normal(0, Math.sqrt(SIZES.instant ** 2 - SIZES.day ** 2)); // ln ε / 1.6
  const dropSize = (4 / 4.1) * rate ** 0.21 * Math.exp((1.6 * 3 * logSizes) / 7);
  const { measurement, differential } = FIGURES;
  return {
    reflectivity: inSteps(
      reflectivityOf(rate) + DB_PER_LOG * logSizes + calibration + random.normal(0, measurement.reflectivity),
      FIGURES.calibration.step,
    ),
    differential: inSteps(
      (dropSize / 1.619) ** (1 / 0.485) + bias + random.normal(0, measurement.differential),
      differential.step,
    ),
  };
}

const inSteps = (value: number, step: number) => step * Math.round(value / step);
