// The history of a checkpoint: records in a file beside the checkpoints, to which each checkpoint adds its new ones.
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  type JsonRecord,
  latestCheckpoint,
  markBest,
  readCheckpoint,
  readHistory,
  writeCheckpoint,
} from "../../../src/data";
import { dataErrorOf, temporaryFolder } from "../support";
import { content, expectContent, flip } from "./support";

const records = (count: number): JsonRecord[] =>
  Array.from({ length: count }, (_, epoch) => ({ epoch, loss: epoch === 3 ? -0 : 1 / (epoch + 1), word: 'é "\n' }));

const filesIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("history-"));
const fileIn = (folder: string) => join(folder, filesIn(folder)[0] as string);

/** A folder with checkpoints 1 to 3 with histories of 10, 20 and 30 records; as another process finds it, by its new path. */
async function written(): Promise<string> {
  const here = join(temporaryFolder(), "run");
  const all = records(30);
  for (const number of [1, 2, 3])
    await writeCheckpoint(here, { ...content(number), history: all.slice(0, 10 * number) });
  const there = join(temporaryFolder(), "run");
  cpSync(here, there, { recursive: true });
  return there;
}

test("writeCheckpoint(folder, { history }) adds records to one file, and each checkpoint reads its own", async () => {
  const folder = await written();
  expect(filesIn(folder)).toHaveLength(1);
  expect(readFileSync(fileIn(folder), "utf8").split("\n")).toEqual([
    ...records(30).map((record) => JSON.stringify(record).replace('"loss":0,', '"loss":-0,')),
    "",
  ]);
  for (const number of [1, 2, 3]) {
    const checkpoint = await readCheckpoint(join(folder, `checkpoint-00000000${number}`));
    expectContent(checkpoint, number);
    expect(await readHistory(checkpoint)).toEqual(records(10 * number));
  }
});

test("a checkpoint without a history is as it always was, version 1; it has no records", async () => {
  const folder = join(temporaryFolder(), "run");
  const path = await writeCheckpoint(folder, content(1));
  expect(JSON.parse(readFileSync(join(path, "checkpoint.json"), "utf8"))).toMatchObject({ version: 1 });
  expect(readdirSync(folder)).toEqual(["checkpoint-000000001"]);
  const checkpoint = await readCheckpoint(path);
  expect(Object.keys(checkpoint)).not.toContain("history");
  expect(await readHistory(checkpoint)).toEqual([]);
  await writeCheckpoint(folder, { ...content(2), history: [] });
  expect(readdirSync(folder)).toHaveLength(2);
});

test("neither the checkpoint nor what is written grows with the history", async () => {
  const folder = join(temporaryFolder(), "run");
  const all = records(100_000);
  const sizes: number[] = [];
  const spy = vi.spyOn(JSON, "stringify");
  onTestFinished(() => spy.mockRestore());
  const encoded: number[] = [];
  for (const [number, count] of [99_990, 99_995, 100_000].entries()) {
    spy.mockClear();
    const path = await writeCheckpoint(folder, { ...content(1), number, history: all.slice(0, count) });
    encoded.push(spy.mock.calls.length);
    sizes.push(readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0));
  }
  expect(encoded[0]).toBeGreaterThan(99_990);
  expect(Math.max(...encoded.slice(1))).toBeLessThan(100);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(10);
});

test("a history that goes on after a kill between its file and the checkpoint has each record once, in a file of its own", async () => {
  const folder = await written();
  const first = fileIn(folder);
  appendFileSync(first, '{"epoch":30,"loss":9}\n{"epo'); // by the killed process
  const checkpoint = await latestCheckpoint(folder);
  const found = (checkpoint && (await readHistory(checkpoint))) ?? [];
  expect(found).toEqual(records(30));
  const history = [...found, { epoch: 30, loss: 0.5 }];
  await writeCheckpoint(folder, { ...content(4), history });
  expect(filesIn(folder)).toHaveLength(2); // checkpoints 2 and 3 have theirs in the first one
  const older = await readCheckpoint(join(folder, "checkpoint-000000003"));
  expect(await readHistory(older)).toEqual(records(30));
  for (const number of [5, 6]) {
    history.push({ epoch: 26 + number, loss: 0 });
    await writeCheckpoint(folder, { ...content(number), history });
  }
  expect(filesIn(folder)).toHaveLength(1);
  expect(existsSync(first)).toBe(false);
  expect(await readHistory(await readCheckpoint(join(folder, "checkpoint-000000006")))).toEqual(history);
});

test("another history in the same folder gets a file of its own", async () => {
  const folder = await written();
  const other = [{ epoch: 7 }];
  await writeCheckpoint(folder, { ...content(4), history: other });
  expect(await readHistory(await readCheckpoint(join(folder, "checkpoint-000000003")))).toEqual(records(30));
  expect(await readHistory(await readCheckpoint(join(folder, "checkpoint-000000004")))).toEqual(other);
});

test("readHistory of a damaged file is a DataError that names the file; of a missing one undefined", async () => {
  const folder = await written();
  const file = fileIn(folder);
  const checkpoint = await readCheckpoint(join(folder, "checkpoint-000000002"));
  const refused = () => dataErrorOf(() => readHistory(checkpoint));
  flip(file, 5);
  expect(await refused()).toMatchObject({ file, field: "SHA-256" });
  flip(file, 5);
  expect(await readHistory(checkpoint)).toEqual(records(20));
  flip(file, statSync(file).size - 5); // of checkpoint 3
  expect(await readHistory(checkpoint)).toEqual(records(20));
  truncateSync(file, 100);
  expect(await refused()).toMatchObject({ file, field: "size" });
  rmSync(file);
  expect(await readHistory(checkpoint)).toBeUndefined();
  expectContent(await readCheckpoint(checkpoint.path), 2); // the weights do not need it
});

test("markBest keeps the history; records that JSON cannot store, and a history that is no list, are refused", async () => {
  const folder = await written();
  const path = join(folder, "checkpoint-000000003");
  await markBest(path, { value: 1, mode: "min" });
  const checkpoint = await readCheckpoint(path);
  expect([checkpoint.best?.value, (await readHistory(checkpoint))?.length]).toEqual([1, 30]);
  const refused = (history: unknown) =>
    dataErrorOf(() => writeCheckpoint(folder, { ...content(4), history: history as JsonRecord[] }));
  expect(await refused([...records(2), { loss: Number.NaN }])).toMatchObject({ field: "history[2].loss" });
  expect(await refused({})).toMatchObject({ field: "history", expected: "a list of records" });
  expect(filesIn(folder)).toEqual(filesIn(dirname(path)));
  expect(filesIn(folder)).toHaveLength(1); // nothing is left of what was refused
});
