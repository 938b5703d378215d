/** What a chain of runs leaves behind, beside what an uninterrupted run leaves. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How many checkpoints a training keeps. */
export const KEPT = 3;

/** The two folders' checkpoints of that number are the same bytes, but for the seconds of epochs. @returns what is not */
export function differences(a: string, b: string, number: number): string[] {
  const name = `checkpoint-${String(number).padStart(9, "0")}`;
  const read = (folder: string, file: string) => timeless(file, readFileSync(join(folder, name, file), "latin1"));
  try {
    const files = ["tensors.safetensors", "checkpoint.json"].filter((file) => read(a, file) !== read(b, file));
    return files.map((file) => `${file} of step ${number} is not the uninterrupted run's`);
  } catch (error) {
    return [`no last checkpoint to compare: ${messageOf(error)}`];
  }
}

/** A checkpoint's JSON without the time that epochs took, and without the checksum over it. */
const timeless = (file: string, text: string): string =>
  file.endsWith(".json") ? text.replace(/"seconds": [^\s,}]+/g, "").replace(/"sha256": "\w+"/, "") : text;

/** What is in the folder at the end besides the checkpoints to keep, a line each. */
export function leftovers(folder: string): string[] {
  const names = readdirSync(folder);
  const left = names.filter((name) => !/^checkpoint-\d+$/.test(name));
  const surplus = names.length - left.length > KEPT ? [`${names.length - left.length} checkpoints, not ${KEPT}`] : [];
  return [...left.map((name) => `left behind: ${name}`), ...surplus];
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
