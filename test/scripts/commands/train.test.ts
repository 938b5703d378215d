// npm run train: its settings and its help.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FIELDS } from "../../../scripts/train/fields.mts";
import { help } from "../../../scripts/train/help.mts";
import { settingsOf } from "../../../scripts/train/settings.mts";
import { buildFirst } from "../built";
import { temporaryFolder, write } from "../support";
import { train } from "./trained";

buildFirst();

test("a tiny training reports what it reached, and keeps its run", () => {
  const folder = temporaryFolder();
  const tiny = ["--quick", "--units", "4", "--batch-size", "50", "--epochs", "1", "--name", "tiny"];
  const { status, stderr, lines } = train(folder, "--model", "series", ...tiny);
  expect(status, stderr).toBe(0);
  expect(lines.at(-1)).toMatch(/mean squared error [\d.]+ on 500 other windows/);
  expect(readFileSync(join(folder, "runs/tiny/history.csv"), "utf8").trim().split("\n")).toHaveLength(2);
});

test("a folder that cannot be made is one line that names it, before anything is read", () => {
  const folder = temporaryFolder();
  write(folder, { file: {} });
  const { status, stderr } = train(folder, "--model", "series", "--quick", "--runs", join(folder, "file"));
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^train: \S+file\S+: access: expected a folder [^\n]+\n$/),
  ]);
  if (process.platform !== "linux") return;
  const inProc = train(folder, "--model", "series", "--quick", "--runs", "/proc/no-such"); // Node's mkdir hangs there
  expect([inProc.status, inProc.stderr]).toEqual([1, expect.stringContaining("/proc/no-such/series-rnn: access: ")]);
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
    [["--modle", "mnist"], /^unknown flag --modle \(did you mean --model\?\); there are --model, --cell,/],
    [["--lr", "0.1"], /^unknown flag --lr \(did you mean --learning-rate\?\)/],
    [["--batch_size", "3"], /^unknown flag --batch_size \(did you mean --batch-size\?\)/],
    [["--gpu"], /^unknown flag --gpu; there are/],
    [["mnist"], /^expected flags, got mnist \(npm passes flags on after "--": npm run train -- --model series\)/],
    [[], /^--model: expected mnist, series, char, got none/],
    [["--model"], /^--model: expected mnist, series, char, got none/],
    [["--model", "mnits"], /^--model: expected mnist, series, char, got "mnits"/],
    [["--model", "mnist", "--units", "many"], /^--units: expected a whole number from 1 up, got "many"/],
    [["--model", "mnist", "--learning-rate", "0"], /^--learning-rate: expected a number above 0, got 0/],
    [["--model", "mnist", "--quick=yes"], /^--quick: expected no value, got yes/],
    [["--model", "mnist", "--name", "../x"], /^--name: expected letters/],
    [["--model", "mnist", "--length", "9"], /^--length: expected a model that writes text, char, got mnist/],
    [["--model", "char", "--temperature", "-1"], /^--temperature: expected a number from 0 up, got -1/],
    [["--model", "char", "--top-p", "0"], /^--top-p: expected a number above 0, at most 1, got 0/],
    [["--model", "char", "--tokenizer", "lines"], /^--tokenizer: expected chars, words, bpe, got "lines"/],
    [["--model", "char", "--vocabulary-size", "9"], /^--vocabulary-size: expected --tokenizer words or bpe, got chars/],
    [["--model", "char", "--generate"], /^--generate: expected the begin of a text, got none/],
    [["--generate", "To be"], /^--generate: expected --name, the run to go on with, got none/],
    [["--generate", "To be", "--name", "never-trained"], /^--generate: expected a run in runs.never-trained/],
    [["--generate", "To be", "--resume", "--name", "x"], /^--generate: expected no --resume/],
    [["--resume"], /^--resume: expected --name/],
    [["--resume", "--name", "never-trained"], /^--resume: expected a run in runs.never-trained/],
  ])("%j: an error that names what is known", (args, message) => {
    expect(() => settingsOf(args)).toThrow(message);
  });

  test("--generate has the settings of its run; flags beside it win, but those that made the run stay", () => {
    const folder = temporaryFolder();
    const config = { model: "char", units: 7, tokenizer: "bpe", vocabularySize: 300, temperature: 0.5, text: "my.txt" };
    write(folder, { "mine/config.json": config, "digits/config.json": { model: "mnist" } });
    const asked = (...args: string[]) => settingsOf(["--runs", folder, "--name", "mine", "--generate", "To", ...args]);
    expect(asked("--top-k", "5", "--temperature", "0")).toMatchObject({
      ...config,
      ...{ generate: "To", topK: 5, temperature: 0, length: 300, resume: false, folder: join(folder, "mine") },
    });
    expect(() => asked("--tokenizer", "chars")).toThrow(
      "--tokenizer: expected bpe, which the run goes on with, got chars",
    );
    expect(() => asked("--text", "other.txt")).toThrow(
      "--text: expected my.txt, which the run goes on with, got other.txt",
    );
    expect(() => asked("--name", "digits")).toThrow(
      "--generate: expected a run of a model that writes text, char, got mnist",
    );
  });

  test.each([
    ["{", /expected a JSON file/],
    ["[]", /expected a JSON object/],
    [
      '{"model": "mnist", "epoch": 3}',
      /unknown field "epoch" \(did you mean epochs\?\); there are model, cell, .*epochs/,
    ],
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
      stderr: expect.stringMatching(/^train: unknown flag --epoch \(did you mean --epochs\?\);/),
    });
  });
});
