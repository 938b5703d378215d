// npm run train: its settings, and a tiny training of each model, as a user starts it.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { FIELDS } from "../../../scripts/train/fields.mts";
import { help } from "../../../scripts/train/help.mts";
import { pick } from "../../../scripts/train/pick.mts";
import { settingsOf } from "../../../scripts/train/settings.mts";
import { buildFirst } from "../built";
import { temporaryFolder, write } from "../support.mjs";

buildFirst();

function train(folder: string, ...args: string[]) {
  const environment = { UNROLL_DATA: folder, UNROLL_OFFLINE: "1", XDG_CACHE_HOME: folder };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "dist/scripts/train.mjs"), "--runs", join(folder, "runs"), ...args],
    { encoding: "utf8", env: { ...process.env, ...environment } },
  );
  return { status, lines: stdout.trim().split("\n"), stderr };
}

const TINY = ["--quick", "--units", "4", "--batch-size", "50"];

test.each([
  ["mnist", ["--cell", "gru", "--tensorboard"], /test accuracy 0\.\d{4} on digits drawn by the program/],
  ["series", ["--layers", "2"], /mean squared error [\d.]+ on 500 other windows/],
  ["char", ["--cell", "lstm", "--sample", "0"], /test perplexity [\d.]+, of 27 characters/],
])(
  "%s trains, reports, keeps its run, and goes on where it stopped",
  (model, more, report) => {
    const folder = temporaryFolder();
    const text = Array.from({ length: 20_000 }, (_, i) => "abcdefghijklmnopqrstuvwxyz "[(i * i) % 27]).join("");
    mkdirSync(join(folder, "tinyshakespeare"));
    writeFileSync(join(folder, "tinyshakespeare/input.txt"), `abcdefghijklmnopqrstuvwxyz ${text}`);
    const first = train(folder, "--model", model, ...TINY, "--epochs", "1", "--name", "tiny", ...more);
    expect(first.status, first.stderr).toBe(0);
    expect(first.lines.at(-1)).toMatch(report);
    const run = join(folder, "runs", "tiny");
    expect(JSON.parse(readFileSync(join(run, "config.json"), "utf8"))).toMatchObject({ model, units: 4, epochs: 1 });
    expect(readdirSync(run).filter((name) => name.startsWith("checkpoint-"))).toHaveLength(1);
    expect(readdirSync(run).includes("train")).toBe(more.includes("--tensorboard"));
    expect(train(folder, "--model", model, "--name", "tiny")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/has checkpoint \d+: --resume goes on there/),
    });
    const second = train(folder, "--name", "tiny", "--resume", "--epochs", "2");
    expect(second.status, second.stderr).toBe(0);
    expect(second.lines).toContainEqual(expect.stringMatching(/^going on from .*checkpoint-0/));
    expect(second.lines).toContainEqual(expect.stringMatching(/^epoch 2\/2: loss [\d.]+, .*val_loss [\d.]+/));
    expect(readFileSync(join(run, "history.csv"), "utf8").trim().split("\n")).toHaveLength(3);
  },
  120_000,
);

test("a model of characters writes a text when it is trained, and again; the seed and temperature fix it", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "tinyshakespeare"));
  writeFileSync(join(folder, "tinyshakespeare/input.txt"), "abcd\n".repeat(2_000));
  const textOf = ({ lines, stderr }: ReturnType<typeof train>) => {
    const at = lines.findIndex((line) => /^60 characters at temperature [\d.]+, seed 42:$/.test(line));
    expect(at, stderr).toBeGreaterThan(0);
    return lines.slice(at + 2).join("\n");
  };
  const options = ["--learning-rate", "0.05", "--epochs", "15", "--sample", "60", "--temperature", "0.1"];
  const text = textOf(train(folder, "--model", "char", ...TINY, ...options));
  expect(text.length).toBeGreaterThan(55); // the last line's end is cut
  expect(text).toMatch(/^(abcd\n)+a?b?c?d?$/);
  const again = (...more: string[]) => textOf(train(folder, "--name", "char-lstm", "--resume", ...more));
  expect(again()).toBe(text);
  expect(again("--temperature", "50")).not.toMatch(/^(abcd\n)+a?b?c?d?$/);
}, 60_000);

test("a sampled number is as often as the softmax over the temperature says", () => {
  const scores = [Math.log(1), Math.log(2), Math.log(5)];
  const draws = Array.from({ length: 800 }, (_, i) => i / 800);
  const counts = (temperature: number) => {
    const drawn = draws.map((draw) => pick(scores, temperature, draw));
    return scores.map((_, i) => drawn.filter((index) => index === i).length);
  };
  expect(counts(1)).toEqual([100, 200, 500]);
  expect(counts(0.5)).toEqual([27, 107, 666]); // 1 : 4 : 25
  expect(pick([0, -1e9], 1, 1 - 2 ** -53)).toBe(0);
});

test("a run is not gone on with by other settings, and keeps its own", () => {
  const folder = temporaryFolder();
  expect(train(folder, "--model", "series", ...TINY, "--epochs", "1").status).toBe(0);
  expect(train(folder, "--name", "series-rnn", "--resume", "--learning-rate", "0.5")).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^train: --learning-rate: expected 0\.001, which the run goes on with, got 0\.5/),
  });
  const other = train(folder, "--name", "series-rnn", "--resume", "--units", "5", "--epochs", "2");
  expect(other).toMatchObject({ status: 1, stderr: expect.stringMatching(/^train: .*weight rnn\/.*: expected/) });
  const config = JSON.parse(readFileSync(join(folder, "runs/series-rnn/config.json"), "utf8"));
  expect(config).toMatchObject({ units: 4, epochs: 1 });
});

describe("settings", () => {
  test("defaults are the model's, then the quick ones, the file's, the flags'", () => {
    const folder = temporaryFolder();
    write(folder, { "my.json": { model: "char", cell: "gru", batchSize: 7, quick: true } });
    const settings = settingsOf(["--config", join(folder, "my.json"), "--batch-size", "8", "--seed", "3"]);
    expect(settings).toMatchObject({ cell: "gru", batchSize: 8, units: 256, epochs: 1, seed: 3, name: "char-gru" });
    expect(settings).toMatchObject({ folder: join("runs", "char-gru"), resume: false, tensorboard: false });
  });

  test.each([
    [["--modle", "mnist"], /^unknown flag --modle; there are --model, --cell,/],
    [["mnist"], /^expected flags, got mnist/],
    [[], /^--model: expected mnist, series, char, got none/],
    [["--model"], /^--model: expected mnist, series, char, got none/],
    [["--model", "mnits"], /^--model: expected mnist, series, char, got "mnits"/],
    [["--model", "mnist", "--units", "many"], /^--units: expected a whole number from 1 up, got "many"/],
    [["--model", "mnist", "--learning-rate", "0"], /^--learning-rate: expected a number above 0, got 0/],
    [["--model", "mnist", "--quick=yes"], /^--quick: expected no value, got yes/],
    [["--model", "mnist", "--name", "../x"], /^--name: expected letters/],
    [["--model", "mnist", "--sample", "9"], /^--sample: expected a model that writes text, char, got mnist/],
    [["--model", "char", "--temperature", "0"], /^--temperature: expected a number above 0, got 0/],
    [["--resume"], /^--resume: expected --name/],
    [["--resume", "--name", "never-trained"], /^--resume: expected a run in runs.never-trained/],
  ])("%j: an error that names what is known", (args, message) => {
    expect(() => settingsOf(args)).toThrow(message);
  });

  test.each([
    ["{", /expected a JSON file/],
    ["[]", /expected a JSON object/],
    ['{"model": "mnist", "epoch": 3}', /unknown field "epoch"; there are model, cell, .*epochs/],
    ['{"model": "mnist", "epochs": "3"}', /epochs: expected a whole number from 1 up, got "3"/],
    ['{"model": "mnist", "quick": 1}', /quick: expected true or false, got 1/],
  ])("a config file %s is refused, by field", (text, message) => {
    const folder = temporaryFolder();
    write(folder, { "my.json": text });
    expect(() => settingsOf(["--config", join(folder, "my.json")])).toThrow(message);
  });

  test("--help has each flag and model; a wrong flag ends with 2", () => {
    const text = help();
    for (const field of Object.keys(FIELDS)) {
      expect(text).toContain(`--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    }
    expect(settingsOf(["--help"])).toEqual({ help: true });
    expect(train(temporaryFolder(), "--epoch", "3")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^train: unknown flag --epoch;/),
    });
  });
});
