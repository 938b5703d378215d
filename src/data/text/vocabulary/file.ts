import { createHash } from "node:crypto";
import type { JsonRecord } from "../../checkpoint/json-value";
import { checkWhole, DataError } from "../../errors";
import { describeToken } from "../unicode/describe";
import { checkWellFormed } from "../unicode/well-formed";
import { isSpecialKeys, SPECIAL_NAMES } from "./special";
import { type Vocabulary, vocabularyOf } from "./vocabulary";

export const FORMAT = "unroll tokenizer";
const VERSION = 1;

/** SHA-256 of the settings, the special tokens and the tokens in order: what decides which ids a text gets. */
export const digestOf = (settings: JsonRecord, { specialKeys, tokens }: Vocabulary): string =>
  sha256({ ...settings, special: specialKeys, tokens });

/** The content of a vocabulary's file. Its last field is the SHA-256 of all others, so that a damage is found. */
export function vocabularyJson(settings: JsonRecord, { specialKeys, tokens, counts }: Vocabulary): JsonRecord {
  const body = {
    ...{ format: FORMAT, version: VERSION, ...settings },
    ...{ special: specialKeys, tokens: tokens.slice(specialKeys.length), counts: [...counts] },
  };
  return { ...body, sha256: sha256(body) };
}

/**
 * Checks the content of a file, and makes its vocabulary. A checksum is no signature, so the fields are checked as those
 * of any file from others are.
 *
 * @param settings the names of the fields that this kind has beside those of all kinds
 * @throws DataError naming the field that is not as it must be
 */
export function readVocabulary(
  content: Readonly<Record<string, unknown>>,
  file: string,
  settings: readonly string[],
): Vocabulary {
  const keys = ["format", "version", ...settings, "special", "tokens", "counts", "sha256"];
  const found = Object.keys(content);
  if (found.join() !== keys.join()) throw new DataError(file, "fields", keys.join(", "), short(found.join(", ")));
  const { sha256: expected, ...body } = content;
  if (content.version !== VERSION) throw new DataError(file, "version", `${VERSION}`, short(content.version));
  const actual = sha256(body);
  if (expected !== actual) throw new DataError(file, "sha256", `${actual}, as the other fields have`, short(expected));
  const { special, tokens, counts } = content;
  if (!isSpecialKeys(special)) {
    const names = Object.keys(SPECIAL_NAMES).join(", ");
    throw new DataError(file, "special", `some of ${names}, in this order`, short(special));
  }
  const names: readonly string[] = special.map((key) => SPECIAL_NAMES[key]);
  return vocabularyOf(special, readTokens(file, tokens, names), readCounts(file, counts, special, tokens));
}

function readTokens(file: string, tokens: unknown, special: readonly string[]): string[] {
  if (!Array.isArray(tokens) || tokens.length === 0) throw new DataError(file, "tokens", "a list", short(tokens));
  const seen = new Set<unknown>(special);
  tokens.forEach((token: unknown, i) => {
    const field = `tokens[${i}]`;
    if (typeof token !== "string" || token === "") throw new DataError(file, field, "a text", short(token));
    if (seen.has(token)) throw new DataError(file, field, "each token once", `${describeToken(token)} again`);
    checkWellFormed(file, token);
    seen.add(token);
  });
  return tokens;
}

function readCounts(file: string, counts: unknown, special: readonly unknown[], tokens: unknown): Int32Array {
  const size = special.length + (tokens as readonly unknown[]).length;
  if (!Array.isArray(counts) || counts.length !== size) {
    throw new DataError(file, "counts", `a list of ${size} numbers`, short(counts));
  }
  counts.forEach((count, i) => {
    checkWhole(file, `counts[${i}]`, count, 0, 2 ** 31 - 1);
  });
  return Int32Array.from(counts);
}

/** A value in a message. */
export function short(value: unknown): string {
  const text = Array.isArray(value) ? `a list of ${value.length}` : (JSON.stringify(value) ?? String(value));
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

const sha256 = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");
