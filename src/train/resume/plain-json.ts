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

/**
 * The same with the names of all records in order, for states whose names may have been added in any order: a resumed training
 * writes the same text as one that never stopped.
 */
export function toSorted(value: unknown): Json {
  const plain = toPlain(value);
  if (Array.isArray(plain)) return plain.map(toSorted);
  if (!isRecord(plain)) return plain;
  const entries = Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, toSorted(inner)]));
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
