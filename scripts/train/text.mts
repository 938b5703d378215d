/** A text as examples: characters as numbers, cut into windows. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "unroll/data";
import type { MakeOptions } from "./task.mts";

const FILE = join("tinyshakespeare", "input.txt");
const SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";

/** @throws Error where the data folder has no text */
export function readText({ dataFolder, say }: MakeOptions): string {
  if (dataFolder === undefined) throw new Error(`expected a folder with ${FILE}: set UNROLL_DATA, got none`);
  const path = join(dataFolder, FILE);
  const bytes = bytesOf(path);
  if (createHash("sha256").update(bytes).digest("hex") !== SHA256)
    say(`${path} is not tiny Shakespeare, but any text will do`);
  return bytes.toString("utf8");
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(`expected a text in ${path}, got ${reason}`);
  }
}

/** The text as indices into the sorted list of its characters. */
export function numbered(text: string): { numbers: Int32Array; characters: string[] } {
  const characters = [...new Set(text)].sort();
  const indices = new Map(characters.map((character, i) => [character, i]));
  const numbers = Int32Array.from([...text], (character) => indices.get(character) ?? Number.NaN);
  return { numbers, characters };
}

/** 90 % to train, 5 % to validate, 5 % to test, in the text's order. */
export function split(numbers: Int32Array): { train: Int32Array; validation: Int32Array; test: Int32Array } {
  const [a, b] = [Math.floor(numbers.length * 0.9), Math.floor(numbers.length * 0.95)];
  return { train: numbers.subarray(0, a), validation: numbers.subarray(a, b), test: numbers.subarray(b) };
}

/**
 * Windows side by side, and the same windows one character later.
 *
 * @param most how many windows to take at most
 * @throws Error where the text is shorter than one window
 */
export function windows(numbers: Int32Array, nSteps: number, most = Infinity): Dataset<Int32Array, Int32Array> {
  const all = Math.floor((numbers.length - 1) / nSteps);
  if (all < 1) throw new Error(`expected more than ${nSteps} characters, got ${numbers.length}`);
  const shape = [Math.min(all, most), nSteps];
  const from = (offset: number) => ({ data: numbers.slice(offset, offset + Math.min(all, most) * nSteps), shape });
  return { x: from(0), y: from(1) };
}
