import { randomUUID } from "node:crypto";

/**
 * A value as JSON, as `JSON.stringify` writes it, but for -0: that stays -0 (it is JSON, and `JSON.parse` reads it), where
 * `JSON.stringify` writes 0.
 */
export function jsonText(value: unknown, indent?: number): string {
  if (!hasNegativeZero(value)) return JSON.stringify(value, null, indent);
  const mark = randomUUID(); // a text that no value has
  const marked = (_: string, inner: unknown) => (Object.is(inner, -0) ? mark : inner);
  return JSON.stringify(value, marked, indent).replaceAll(`"${mark}"`, "-0");
}

const hasNegativeZero = (value: unknown): boolean =>
  typeof value === "object" && value !== null
    ? Object.values(value).some(hasNegativeZero) // of a list its elements
    : Object.is(value, -0);
