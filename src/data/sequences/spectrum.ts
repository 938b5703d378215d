import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";

/** The strength of each period in a series. */
export interface Spectrum {
  /** The periods in units of the series' time, in falling order. */
  readonly period: Float64Array;
  /** The squared amplitudes: a sine of amplitude a that lasts the whole series has a peak of a². */
  readonly power: Float64Array;
}

export interface SpectrumOptions {
  /** The time from one value to the next. Default: 1. */
  step?: number;
  /**
   * The number of frequencies for each one that the series' length can resolve; more make smoother peaks. Default: 4.
   */
  finer?: number;
}

/**
 * The power spectrum of a series: its values minus their mean are multiplied by a Hann window, so that the two ends of
 * the series add no waves of their own, and compared with sines and cosines of all periods from the series' length
 * down to two steps (Welch 1967).
 *
 * @example
 *   const series = Array.from({ length: 300 }, (_, i) => timeSeries(i / 10));
 *   const found = spectrum(series, { step: 0.1 });
 *   console.log(strongestPeriod(found, 0.5, 3)); // near 2π/5
 *
 * @throws DataError for fewer than 4 values, or values that are not finite
 */
export function spectrum(values: ArrayLike<number>, options: SpectrumOptions = {}): Spectrum {
  checkOptions("spectrum", options, ["step", "finer"]);
  const { step = 1, finer = 4 } = options;
  const count = values.length;
  checkWhole("spectrum", "number of values", count, 4);
  checkWhole("spectrum", "finer", finer, 1);
  if (!(step > 0)) throw new DataError("spectrum", "step", "a time above 0", String(step));
  const list = Float64Array.from(values);
  const wrong = list.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new DataError("spectrum", `values[${wrong}]`, "a finite number", String(list[wrong]));
  const mean = list.reduce((sum, value) => sum + value, 0) / count;
  const windowed = list.map((value, i) => (value - mean) * (1 - Math.cos((2 * Math.PI * (i + 0.5)) / count)));
  const frequencies = Float64Array.from({ length: Math.floor(count / 2 - 1) * finer + 1 }, (_, k) => 1 + k / finer);
  return {
    period: frequencies.map((frequency) => (count * step) / frequency),
    power: frequencies.map((frequency) => squaredAmplitude(windowed, frequency)),
  };
}

/** @param frequency cycles over the whole series */
function squaredAmplitude(values: Float64Array, frequency: number): number {
  let [real, imaginary] = [0, 0];
  const angle = (2 * Math.PI * frequency) / values.length;
  for (let i = 0; i < values.length; i++) {
    real += (values[i] as number) * Math.cos(angle * i);
    imaginary += (values[i] as number) * Math.sin(angle * i);
  }
  return (4 * (real ** 2 + imaginary ** 2)) / values.length ** 2;
}

/**
 * The period with the most power from `shortest` to `longest`.
 *
 * @example
 *   const found = spectrum(Array.from({ length: 100 }, (_, i) => Math.sin(i)));
 *   const period = strongestPeriod(found, 2, 20); // near 2π
 *
 * @throws DataError when the spectrum has no period there
 */
export function strongestPeriod({ period, power }: Spectrum, shortest: number, longest: number): number {
  let best = -1;
  for (let i = 0; i < period.length; i++) {
    const isThere = (period[i] as number) >= shortest && (period[i] as number) <= longest;
    if (isThere && (best < 0 || (power[i] as number) > (power[best] as number))) best = i;
  }
  if (best >= 0) return period[best] as number;
  const range = `${period.at(-1)} to ${period[0]}`;
  throw new DataError(
    "strongestPeriod",
    "range",
    `one with periods of the spectrum, ${range}`,
    `${shortest} to ${longest}`,
  );
}
