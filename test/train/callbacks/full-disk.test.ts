// Files that cannot be written: found before the first step, or the training ends in order and nothing that it learned is lost.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { canCompile } from "../../../src/compile";
import { checkCheckpointFolder, DataError, latestCheckpoint, readCsv } from "../../../src/data";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { dataErrorOf } from "../../data/support";
import { dense, labels, losses, numbers, quick, temporaryFolder, weightsOf } from "../support";

beforeAll(() => tf.ready());

const data = { x: numbers([8, 2]), y: labels(8, 3) };
const HAS_FULL = existsSync("/dev/full");

/** Trains, and returns what came of it. */
async function trained(callbacks: readonly train.Callback[], options: Partial<train.FitOptions> = {}) {
  const model = dense();
  const before = weightsOf(model);
  const watch = losses();
  const all = { epochs: 4, callbacks: [...callbacks, watch], ...options };
  const error = await train.fit(model, data, quick(all)).catch((thrown: unknown) => thrown);
  return { error, steps: watch.seen.length, isTrained: weightsOf(model).join() !== before.join() };
}

/** A file where the folder `runs` should be. */
const blocked = () => {
  const file = join(temporaryFolder(), "runs");
  writeFileSync(file, "");
  return file;
};

test("a folder or file that cannot be written is a DataError that names it, before the first step", async () => {
  const file = blocked();
  const made: [train.Callback, string][] = [
    [new train.ModelCheckpoint({ folder: file }), file],
    [new train.ModelCheckpoint({ folder: join(file, "first") }), join(file, "first")],
    [new train.CSVLogger(join(file, "log.csv")), join(file, "log.csv")],
    [new train.CSVLogger(join(file, "log.csv"), { append: true }), join(file, "log.csv")],
    [new train.CSVLogger(temporaryFolder()), "/"],
    [new train.CSVLogger(temporaryFolder(), { append: true }), "/"],
  ];
  if (canCompile()) made.push([new train.TensorBoard(join(file, "run")), file]);
  for (const [callback, path] of made) {
    const { error, steps } = await trained([callback]);
    expect(error).toMatchObject({ name: "DataError", file: expect.stringContaining(path) });
    expect(steps, (error as Error).message).toBe(0);
  }
});

test("checkCheckpointFolder(folder) makes the folder and leaves nothing in it; a finished training does not need it", async () => {
  const folder = join(temporaryFolder(), "a", "b");
  await checkCheckpointFolder(folder);
  expect(readdirSync(folder)).toEqual([]);
  const file = blocked();
  const error = await dataErrorOf(() => checkCheckpointFolder(file));
  expect(error).toMatchObject({ file, field: "access", expected: "a folder that can be written" });
  const none = join(folder, "none");
  const finished = await trained([new train.ModelCheckpoint({ folder: none })], { epochs: 2, initialEpoch: 2 });
  expect(finished.error).toMatchObject({ epochs: [] });
  expect(existsSync(none)).toBe(false);
});

test.runIf(HAS_FULL)(
  "CSVLogger on a full disk: fit throws a DataError that names the file after the epoch; history, weights and a checkpoint are there",
  async () => {
    const folder = join(temporaryFolder(), "run");
    const logger = new train.CSVLogger("/dev/full");
    const { error, steps, isTrained } = await trained([
      logger,
      new train.ModelCheckpoint({ folder, every: { epochs: 9 } }),
    ]);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ file: "/dev/full", field: "disk", actual: "ENOSPC, no space left on the device" });
    expect([steps, isTrained]).toEqual([1, true]);
    const history = train.historyOf(error);
    expect(history).toMatchObject({ next: { epoch: 1, batch: 0 }, stopped: (error as Error).message });
    expect(history?.epochs.map(({ epoch }) => epoch)).toEqual([0]);
    expect((await latestCheckpoint(folder))?.number).toBe(1);
  },
);

test("TensorBoard on a full disk: fit throws a DataError that names the file; history, weights and a checkpoint are there", async ({
  skip,
}) => {
  const disk = temporaryFolder();
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  if (status !== 0 || !canCompile()) console.log("    not tried: mounting a small file system is not permitted here");
  skip(status !== 0 || !canCompile(), "mounting is not permitted here");
  onTestFinished(() => void spawnSync("umount", [disk]));
  mkdirSync(join(disk, "run"));
  const folder = join(temporaryFolder(), "run");
  const fill: train.Callback = {
    onEpochBegin: (epoch) => {
      const { bsize, bavail } = statfsSync(disk);
      if (epoch === 2) writeFileSync(join(disk, "ballast"), Buffer.alloc(bsize * bavail));
    },
  };
  // the histograms of an epoch are more than what is left of a page
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`value${i}`, "none" as const]));
  const more: train.Callback = {
    adds: many,
    onEpochEnd: (_epoch, logs) => {
      for (const name of Object.keys(many)) logs[name] = 1;
    },
  };
  const tensorBoard = new train.TensorBoard(join(disk, "run"));
  const checkpoint = new train.ModelCheckpoint({ folder, every: { epochs: 9 } });
  const { error, isTrained } = await trained([fill, more, tensorBoard, checkpoint]);
  expect(error).toMatchObject({
    name: "DataError",
    field: "disk",
    file: expect.stringContaining("events.out.tfevents"),
  });
  expect((error as Error).message).toMatch(/No space left/);
  expect(isTrained).toBe(true);
  expect(train.historyOf(error)?.epochs.length).toBe(3);
  expect((await latestCheckpoint(folder))?.number).toBe(3);
});

test("a reporter that throws ends fit with its error, and historyOf(error) has the history; another error has none", async () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write 'progress.log'"), { code: "ENOSPC" });
  const thrown = () => {
    throw full;
  };
  const inEpoch = await trained([], { progress: { epoch: ({ epoch }) => (epoch === 1 ? thrown() : undefined) } });
  expect(inEpoch.error).toBe(full);
  expect(train.historyOf(full)?.epochs).toHaveLength(2);
  const first = new Error("first");
  const atEnd = await trained([{ onTrainEnd: () => Promise.reject(first) }], { progress: { end: thrown } });
  expect(atEnd.error).toBe(first);
  expect(train.historyOf(first)?.epochs).toHaveLength(4);
  expect([undefined, null, "text", new Error("other")].map(train.historyOf)).toEqual(Array(4).fill(undefined));
});

test("a bar whose terminal cannot be written says so once on stderr, and the training ends well", async () => {
  const said: string[] = [];
  const spy = vi.spyOn(console, "warn").mockImplementation((line: string) => void said.push(line));
  onTestFinished(() => spy.mockRestore());
  const write = vi.spyOn(process.stdout, "write").mockImplementation(() => {
    throw Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  });
  const { error } = await trained([], { progress: "bar" });
  write.mockRestore();
  expect(error).toMatchObject({ next: { epoch: 4 } });
  const late = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  const emit: train.Callback = {
    onEpochEnd: () => void process.stdout.emit("error", Object.assign(new Error("later"), { code: "ENOSPC" })),
  };
  const other = await trained([emit], { progress: "bar" });
  late.mockRestore();
  expect(other.error).toMatchObject({ next: { epoch: 4 } });
  expect(said).toEqual([
    "unroll: fit: progress: stdout cannot be written, EPIPE",
    "unroll: fit: progress: stdout cannot be written, ENOSPC",
  ]);
});

test("CSVLogger quotes names and values with separators, quotes and line ends; readCsv reads them", async () => {
  const file = join(temporaryFolder(), "log.csv");
  const names = { "top,5": 1.5, 'the "best"': 2.5 };
  const adds: train.Callback = {
    adds: Object.fromEntries(Object.keys(names).map((name) => [name, "none" as const])),
    onEpochEnd: (_epoch, logs) => void Object.assign(logs, names),
  };
  const run = (options: train.CSVLoggerOptions, more: Partial<train.FitOptions>) =>
    trained([adds, new train.CSVLogger(file, options)], more);
  await run({}, { epochs: 2 });
  expect(readFileSync(file, "utf8").split("\n", 1)).toEqual(['epoch,loss,learningRate,seconds,"top,5","the ""best"""']);
  await run({ append: true }, { epochs: 3, initialEpoch: 2 });
  const columns = readCsv(readFileSync(file), file);
  expect(columns).toMatchObject({
    epoch: ["0", "1", "2"],
    "top,5": ["1.5", "1.5", "1.5"],
    'the "best"': ["2.5", "2.5", "2.5"],
  });
  await run({ separator: "." }, { epochs: 1 });
  expect(readFileSync(file, "utf8").split("\n")[1]).toMatch(/^0\."[01]\.\d+"\."0\.1"\..*"1\.5"\."2\.5"$/);
  const lines = { "two\nlines": 1 };
  const two: train.Callback = {
    adds: { "two\nlines": "none" },
    onEpochEnd: (_, logs) => void Object.assign(logs, lines),
  };
  for (const epochs of [1, 2]) {
    const options = { epochs, initialEpoch: epochs - 1 };
    const { error } = await trained([two, new train.CSVLogger(file, { append: epochs === 2 })], options);
    expect(error).toMatchObject({ next: { epoch: epochs } });
  }
  expect(readFileSync(file, "utf8")).toMatch(/^epoch,loss,learningRate,seconds,"two\nlines"\n0,.*,1\n1,.*,1\n$/);
  expect(() => new train.CSVLogger(file, { separator: '"' })).toThrow(/separator: expected a text without quotes/);
});

test("CSVLogger({ append }) takes off a last line that was cut, and drops epochs behind quotes", async () => {
  const file = join(temporaryFolder(), "log.csv");
  const folder = join(temporaryFolder(), "run");
  const run = (epochs: number) => {
    const callbacks = [
      new train.ModelCheckpoint({ folder }),
      new train.CSVLogger(file, { append: true, separator: "1" }),
    ];
    return trained(callbacks, { epochs, resume: folder });
  };
  await run(12);
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, `${whole}"12"10.1"2`);
  await run(13);
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.slice(0, 13)).toEqual(whole.split("\n").slice(0, 13));
  expect(lines.map((line) => /^"(\d+)"1/.exec(line)?.[1]).slice(11)).toEqual(["10", "11", "12", undefined]);
  writeFileSync(file, `${lines.join("\n")}"13"10.31"0.1"10.1\n"14"10.3`); // of a run that was killed before its checkpoint
  await run(14);
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(16);
});
