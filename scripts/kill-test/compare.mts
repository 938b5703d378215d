/** What a chain of runs leaves behind, beside what an uninterrupted run leaves. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { latestCheckpoint, readHistory } from "unroll/data";

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

/** A checkpoint's JSON without the time that epochs took, and without the checksums over it and the name of its history. */
const timeless = (file: string, text: string): string =>
  file.endsWith(".json")
    ? text
        .replace(/"seconds": [^\s,}]+/g, "")
        .replace(/"sha256": "\w+"|"file": "\w+"|"bytes": \d+,(?=\s+"sha256")/g, "")
    : text;

/** The folders' last checkpoints have the same history, but for the seconds of epochs. @returns what is not */
export async function historyDifferences(a: string, b: string): Promise<string[]> {
  const read = async (folder: string) => {
    const latest = await latestCheckpoint(folder);
    const history = latest && (await readHistory(latest));
    return JSON.stringify(history?.map(({ seconds: _, ...record }) => record));
  };
  const [ours, theirs] = [await read(a), await read(b)];
  return ours !== undefined && ours === theirs ? [] : ["the history is not the uninterrupted run's"];
}

/** What is in the folder at the end besides the checkpoints to keep, a line each. */
export function leftovers(folder: string): string[] {
  const names = readdirSync(folder);
  const checkpoints = names.filter((name) => /^checkpoint-\d+$/.test(name)).length;
  const histories = names.filter((name) => /^history-\w+\.jsonl$/.test(name)).length;
  const left = names.filter((name) => !/^checkpoint-\d+$|^history-\w+\.jsonl$/.test(name));
  const surplus = checkpoints > KEPT ? [`${checkpoints} checkpoints, not ${KEPT}`] : [];
  if (histories > KEPT) surplus.push(`${histories} histories, more than checkpoints to keep`);
  return [...left.map((name) => `left behind: ${name}`), ...surplus];
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
