import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Checkpoint, type CheckpointContent, latestCheckpoint } from "../../../src/data";

/**
 * The content of a checkpoint in which every part depends on its number: arrays of all types, a scalar and an empty
 * array.
 */
export function content(number: number, values = 40): CheckpointContent {
  return {
    number,
    tensors: {
      "rnn/gru_cell/gates/kernel": {
        data: Float32Array.from({ length: values }, (_, i) => number + i / 7),
        shape: [values],
      },
      "rnn/gru_cell/gates/kernel/Adam": { data: new Float32Array(values).fill(number), shape: [2, values / 2] },
      lengths: { data: Int32Array.of(number, -number), shape: [2, 1] },
      bytes: { data: Uint8Array.of(number, 0, 255), shape: [3] },
      none: { data: new Float32Array(0), shape: [0, 5] },
      one: { data: Float32Array.of(-0), shape: [] },
    },
    state: { epoch: number, callbacks: { patience: [1, null, true, "ü"] } },
  };
}

/** Expects that a checkpoint has, bit for bit, the content `content(number)`. */
export function expectContent(read: Checkpoint | undefined, number: number, values = 40): void {
  const { tensors, state } = content(number, values);
  expect(read?.number).toBe(number);
  expect(read?.state).toEqual(state);
  expect(Object.keys(read?.tensors ?? {}).sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, { data, shape }] of Object.entries(tensors)) {
    expect(read?.tensors[name]?.shape).toEqual(shape);
    expect(read?.tensors[name]?.data).toEqual(data);
  }
}

/** The result of `latestCheckpoint`, and the lines that it printed. */
export async function latest(folder: string): Promise<[found: Checkpoint | undefined, said: string[]]> {
  const said: string[] = [];
  const found = await latestCheckpoint(folder, { say: (line) => said.push(line) });
  return [found, said];
}

/** The numbers of the checkpoints in a folder. The test fails when there is anything else in the folder. */
export function numbersIn(folder: string): number[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      expect(name).toMatch(/^checkpoint-\d{9}$/);
      return Number(name.slice(-9));
    });
}

/** Changes one byte of a file. */
export function flip(path: string, at: number, mask = 1): void {
  const bytes = readFileSync(path);
  expect(at).toBeLessThan(bytes.length);
  bytes[at] = (bytes[at] as number) ^ mask;
  writeFileSync(path, bytes);
}

/** Copies a checkpoint's folder under another number. */
export function copy(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) cpSync(join(from, name), join(to, name));
}
