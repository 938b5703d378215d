// The history of a training that is stopped, killed and resumed: whole, each epoch once, from old checkpoints too.
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Checkpoint, type JsonRecord, latestCheckpoint, readHistory, writeCheckpoint } from "../../../src/data";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { dense, labels, numbers, quick, temporaryFolder, warnings } from "../support";

beforeAll(() => tf.ready());

const data = { x: numbers([8, 2]), y: labels(8, 3) };

/** Trains up to an epoch, with a value that is added after `fit` has made the record, and one that is no number at times. */
async function run(folder: string, epochs: number): Promise<train.History> {
  const adds: train.Callback = {
    adds: { extra: "none" },
    onEpochEnd(epoch, logs) {
      logs.extra = epoch % 2 === 0 ? Number.NaN : epoch;
    },
  };
  const callbacks = [adds, new train.ModelCheckpoint({ folder })];
  return train.fit(dense(), data, quick({ epochs, callbacks, resume: folder }));
}

const copyOf = (folder: string): string => {
  const copy = join(temporaryFolder(), "run"); // another path, as another process
  cpSync(folder, copy, { recursive: true });
  return copy;
};

const epochsOf = ({ epochs }: train.History) => epochs.map(({ epoch }) => epoch);
const upTo = (count: number) => Array.from({ length: count }, (_, epoch) => epoch);

test("fit(…, { resume }) gives the whole history, with what callbacks added; its file grows by a line an epoch", async () => {
  const folder = join(temporaryFolder(), "run");
  const first = await run(folder, 5);
  const [file] = readdirSync(folder).filter((name) => name.startsWith("history-"));
  const lines = readFileSync(join(folder, file as string), "utf8");
  expect(lines.split("\n")).toHaveLength(5); // the record of the epoch that ends stands in the checkpoint
  const copy = copyOf(folder);
  const second = await run(copy, 9);
  expect(second.epochs.slice(0, 5)).toEqual(first.epochs);
  expect(epochsOf(second)).toEqual(upTo(9));
  expect(second.epochs.map(({ extra }) => extra)).toEqual([NaN, 1, NaN, 3, NaN, 5, NaN, 7, NaN]);
  expect(readdirSync(copy).filter((name) => name.startsWith("history-"))).toEqual([file]);
  expect(readFileSync(join(copy, file as string), "utf8").startsWith(lines)).toBe(true);
});

test("a run killed between the history's file and the checkpoint resumes with each epoch once", async () => {
  const folder = join(temporaryFolder(), "run");
  await run(folder, 4);
  const copy = copyOf(folder);
  const [file] = readdirSync(copy).filter((name) => name.startsWith("history-"));
  appendFileSync(join(copy, file as string), '{"epoch":3,"loss":5,"learningRate":1,"seconds":1}\n{"epoch":4,"lo');
  expect(epochsOf(await run(copy, 6))).toEqual(upTo(6));
  expect(epochsOf(await run(copyOf(copy), 8))).toEqual(upTo(8));
});

test("a checkpoint of an older version, with the history in its state, is read, and goes on", async () => {
  const folder = join(temporaryFolder(), "run");
  const first = await run(folder, 4);
  const { number, tensors, state } = (await latestCheckpoint(folder)) as Checkpoint;
  const { logged: _, ...fit } = state.fit as JsonRecord;
  const epochs = first.epochs.map((record) => ({
    ...record,
    extra: Number.isNaN(record.extra) ? { number: "NaN" } : (record.extra as number),
  }));
  const old = join(temporaryFolder(), "run");
  await writeCheckpoint(old, { number, tensors, state: { ...state, fit: { ...fit, epochs } } });
  expect(readdirSync(old)).toEqual([`checkpoint-00000000${number}`]);
  const second = await run(old, 6);
  expect(second.epochs.slice(0, 4)).toEqual(first.epochs);
  expect(epochsOf(await run(copyOf(old), 8))).toEqual(upTo(8));
  expect(await readHistory((await latestCheckpoint(old)) as Checkpoint)).toHaveLength(5);
});

test("a checkpoint that was copied without its history resumes with a warning that counts what is missing", async () => {
  const folder = join(temporaryFolder(), "run");
  await run(folder, 4);
  const copy = copyOf(folder);
  for (const name of readdirSync(copy)) if (name.startsWith("history-")) rmSync(join(copy, name));
  const warned = warnings();
  const history = await run(copy, 6);
  expect(warned[0]).toMatch(/checkpoint-000000004: the file of its first 3 epochs is missing beside it/);
  expect(epochsOf(history)).toEqual([3, 4, 5]);
  expect(history.next).toEqual({ epoch: 6, batch: 0 });
});
