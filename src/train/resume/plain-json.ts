import type { Json } from "../../data";

/**
 * A value as JSON can store it: a number that JSON cannot express becomes `{ number: "Infinity" }`, and undefined
 * values are dropped. Everything else stays as it is, and the writer of the checkpoint checks it.
 */
export function toPlain(value: unknown): Json {
  if (typeof value === "number" && !Number.isFinite(value)) return { number: String(value) };
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isRecord(value)) return value as Json;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, toPlain(inner)]));
}

/** The value from which `toPlain` made this one. */
export function fromPlain(value: Json): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value) as [string, Json][];
  const [[name, word] = []] = entries;
  if (entries.length === 1 && name === "number" && WORDS.includes(word as string)) return Number(word);
  return Object.fromEntries(entries.map(([key, inner]) => [key, fromPlain(inner)]));
}

const WORDS = ["NaN", "Infinity", "-Infinity"];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
