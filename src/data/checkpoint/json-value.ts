import { DataError } from "../errors";
import { isRecord } from "../formats/safetensors/header";

/** A value that JSON stores exactly. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

/** The deepest nesting. It is more than any state needs, and little enough for every recursive program. */
export const DEEPEST = 32;

/**
 * Refuses values that JSON would not give back unchanged: NaN, infinities, undefined, functions, typed arrays, dates.
 * It also refuses a key `__proto__`, because a program that copies the record key by key would change its prototype.
 *
 * @param field the value's name in errors; a value inside it is named like `state.callbacks[0].patience`
 * @throws DataError naming the first value that is refused
 */
export function checkJson(file: string, field: string, value: unknown, depth = 0): asserts value is Json {
  if (depth > DEEPEST) throw new DataError(file, field, `at most ${DEEPEST} levels`, "more");
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkJson(file, `${field}[${i}]`, value[i], depth + 1);
    return;
  }
  if (!isPlain(value)) throw new DataError(file, field, "a value that JSON keeps", described(value));
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__") throw new DataError(file, field, "keys other than __proto__", key);
    checkJson(file, `${field}.${key}`, inner, depth + 1);
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null; // Object.prototype, of any realm
}

function described(value: unknown): string {
  return typeof value === "object" ? (value?.constructor?.name ?? "an object") : String(value);
}
