import { checkWhole, DataError } from "../errors";

/** How strongly each period is in a series. */
export interface Spectrum {
  /** In units of the series' time, falling. */
  readonly period: Float64Array;
  /** Squared amplitude: a sine of amplitude a that lasts the whole series has a peak of a². */
  readonly power: Float64Array;
}

export interface SpectrumOptions {
  /** Time from one value to the next; 1 unless told. */
  step?: number;
  /** Frequencies looked at, for each that the series' length tells apart; 4 unless told, so that peaks are smooth. */
  finer?: number;
}

/**
 * The power spectrum of a series: its values less their mean, under a Hann window so that its two ends do not make
 * waves of their own, against sines and cosines of all periods from the series' length down to two steps (Welch 1967).
 *
 * @throws DataError for fewer than 4 values, or values that are not finite
 */
export function spectrum(values: ArrayLike<number>, { step = 1, finer = 4 }: SpectrumOptions = {}): Spectrum {
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

/** The period with the most power between two. @throws DataError when the spectrum has none there */
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
