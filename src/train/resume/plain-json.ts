import type { Json } from "../../data";

/**
 * A value as JSON keeps it: a number that JSON has no word for becomes `{ number: "Infinity" }`, and what is undefined is
 * left out. Everything else stays, for whoever writes it to check.
 */
export function toPlain(value: unknown): Json {
  if (typeof value === "number" && !Number.isFinite(value)) return { number: String(value) };
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isRecord(value)) return value as Json;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([name, inner]) => [name, toPlain(inner)]));
}

/** What `toPlain` was given. */
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
