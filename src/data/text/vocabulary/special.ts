import { DataError } from "../../errors";
import type { SpecialTokens } from "../tokenizer";

/** The names of the special tokens, in the order of their ids. */
export const SPECIAL_NAMES = { padding: "<pad>", unknown: "<unk>", begin: "<bos>", end: "<eos>" } as const;
export type SpecialKey = keyof typeof SPECIAL_NAMES;
const KEYS = Object.keys(SPECIAL_NAMES) as readonly SpecialKey[];

/** The special tokens that options ask for, in the order of their ids. @throws DataError where an option is no boolean */
export function specialKeys(where: string, options: Readonly<Partial<Record<SpecialKey, unknown>>>): SpecialKey[] {
  for (const key of KEYS) {
    const value = options[key];
    if (value !== undefined && typeof value !== "boolean") {
      throw new DataError(where, key, "true or false", typeof value);
    }
  }
  return KEYS.filter((key) => options[key] === true);
}

/** Whether a value is a list of special tokens in the order of their ids. */
export const isSpecialKeys = (value: unknown): value is SpecialKey[] =>
  Array.isArray(value) && KEYS.filter((key) => value.includes(key)).join() === value.join();

/** The ids of special tokens: they come before all others. */
export const specialIds = (keys: readonly SpecialKey[]): SpecialTokens =>
  Object.fromEntries(keys.map((key, id) => [key, id]));
