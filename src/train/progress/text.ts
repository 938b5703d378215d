import type { EpochRecord } from "../history";

/** A number with four significant digits; a whole number with all its digits. */
export function number(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 10_000 || size < 1e-4 ? value.toExponential(2) : value.toPrecision(4);
}

/** Seconds as a clock shows them: 0:07, 12:30, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const NOT_MEASURED = ["epoch", "learningRate", "seconds"];

/** The measures of an epoch: `loss 0.1234, accuracy 0.9621, val_loss 0.1300`. */
export function measures(record: EpochRecord, separator = ", "): string {
  const entries = Object.entries(record).filter(([name]) => !NOT_MEASURED.includes(name));
  return entries.map(([name, value]) => `${name} ${number(value)}`).join(separator);
}

export const speed = (stepsPerSecond: number): string =>
  `${stepsPerSecond >= 10 ? stepsPerSecond.toFixed(0) : stepsPerSecond.toPrecision(2)} steps/s`;
