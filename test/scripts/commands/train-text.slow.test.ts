// npm run train -- --model char: a text of one's own, its tokens, and what the trained model writes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { buildFirst } from "../built";
import { temporaryFolder } from "../support";
import { train } from "./trained";

buildFirst();

const TINY = ["--model", "char", "--units", "8", "--batch-size", "20", "--epochs", "1", "--name", "tiny"];

/** A folder with a text, and a function that trains there. */
function withText(text: string | Uint8Array) {
  const folder = temporaryFolder();
  const file = join(folder, "my.txt");
  writeFileSync(file, text);
  return {
    folder,
    run: (...args: string[]) => train(folder, ...args),
    begin: (...args: string[]) => train(folder, "--text", file, ...TINY, ...args),
  };
}

test.each([
  ["chars", [], /of 6 tokens/],
  ["words", ["--vocabulary-size", "50"], /of [3-9] tokens/],
  ["bpe", ["--vocabulary-size", "262"], /of 262 tokens/],
])(
  "--tokenizer %s: trains on a text, goes on, writes while it is made, and is measured in bits per character",
  (tokenizer, more, size) => {
    const { folder, run, begin } = withText("abcd ".repeat(8_000).replaceAll("abcd abcd", "abcd dcba\n"));
    const first = begin("--tokenizer", tokenizer, "--length", "20", ...more);
    expect(first.status, first.stderr).toBe(0);
    const report = first.lines.find((line) => /^test perplexity/.test(line));
    expect(report).toMatch(size);
    expect(report).toMatch(/, \d\.\d{3} bits per character, on \d+ tokens at the text's end$/);
    expect(first.lines).toContainEqual("20 tokens at temperature 0.8, seed 42:");
    expect(readdirSync(join(folder, "runs/tiny"))).toContain("tokenizer.json");
    const second = run("--name", "tiny", "--resume", "--epochs", "2", "--length", "0");
    expect(second.status, second.stderr).toBe(0);
    const written = (...args: string[]) => run("--name", "tiny", "--generate", "abcd", "--length", "12", ...args);
    const text = written();
    expect(text.status, text.stderr).toBe(0);
    expect(text.lines.join("\n")).toMatch(/^abcd./s);
    expect(written().lines).toEqual(text.lines);
    expect(written("--seed", "7", "--temperature", "9").lines).not.toEqual(text.lines);
  },
);

test("words that are not in the vocabulary: a text that begins with one is written from, and a prompt's are told", () => {
  const rare = Array.from({ length: 8_000 }, (_, i) => `w${i} abcd`).join(" ");
  const { run, begin } = withText(rare);
  const trained = begin("--tokenizer", "words", "--vocabulary-size", "3", "--length", "5");
  expect(trained.status, trained.stderr).toBe(0);
  expect(trained.lines).toContainEqual("5 tokens at temperature 0.8, seed 42:");
  const { status, stderr, lines } = run("--name", "tiny", "--generate", "xyz abcd", "--length", "5");
  expect(status, stderr).toBe(0);
  expect(stderr).toContain(
    "1 of the 2 tokens of this text are not in the vocabulary: the model reads them as unknown\n",
  );
  expect(lines.join("\n")).toMatch(/^xyz abcd/);
});

test("a trained model goes on with a text as it has learned it", () => {
  const { run, begin } = withText("abcd\n".repeat(4_000));
  const trained = begin(
    "--learning-rate",
    "0.05",
    "--epochs",
    "6",
    "--checkpoint-steps",
    "4",
    "--length",
    "30",
    "--temperature",
    "0.1",
  );
  expect(trained.status, trained.stderr).toBe(0);
  expect(trained.lines.at(-1)).toMatch(/^[abcd]+$/);
  const written = run("--name", "tiny", "--generate", "abcd\nab", "--length", "20", "--top-k", "1");
  expect(written.lines.join("\n")).toBe("abcd\nabcd\nabcd\nabcd\nabcd\nab".trim());
  expect(written.stderr).toMatch(/^checkpoint \d+ of /);
});

test("a tokenizer.json of another run is refused, when the run goes on and when it writes; another text too", () => {
  const { folder, run, begin } = withText("abcd\n".repeat(4_000));
  expect(begin("--length", "0").status).toBe(0);
  writeFileSync(join(folder, "other.txt"), "abce\n".repeat(4_000));
  const other = train(folder, "--text", join(folder, "other.txt"), ...TINY, "--name", "other", "--length", "0");
  expect(other.status, other.stderr).toBe(0);
  cpSync(join(folder, "runs/other/tokenizer.json"), join(folder, "runs/tiny/tokenizer.json"));
  for (const args of [
    ["--resume", "--epochs", "2"],
    ["--generate", "ab"],
  ]) {
    const { status, stderr, lines } = run("--name", "tiny", ...args);
    const message = "expected the vocabulary that the run was trained with, got that of another run";
    const path = join(folder, "runs/tiny/tokenizer.json");
    expect({ status, stderr }).toEqual({ status: 1, stderr: `train: ${path}: ${message}\n` });
    expect(lines.at(-1)).not.toMatch(/^ab/);
  }
  writeFileSync(join(folder, "other.txt"), "abce\n".repeat(4_001));
  const { status, stderr } = run("--name", "other", "--resume", "--epochs", "2");
  const message = `train: ${join(folder, "other.txt")}: expected the text that the run was trained with, got another one\n`;
  expect({ status, stderr }).toEqual({ status: 1, stderr: message });
});

test("a run that was killed writes from its checkpoint; a prompt that it cannot read is refused, and not shown", async () => {
  const { folder, run } = withText("abcd\n".repeat(4_000));
  const args = [...TINY, "--text", join(folder, "my.txt"), "--runs", join(folder, "runs"), "--epochs", "1000"];
  const training = spawn(process.execPath, [join(ROOT, "dist/scripts/train.mjs"), ...args, "--checkpoint-steps", "2"]);
  const checkpoints = () =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /checkpoint-\d+$/.test(name));
  while (checkpoints().length === 0 && training.exitCode === null) await setTimeout(50);
  training.kill("SIGKILL");
  if (training.signalCode === null && training.exitCode === null) await once(training, "exit");
  expect(run("--name", "tiny", "--generate", "abc", "--length", "9").lines.join("\n")).toMatch(/^abc/);
  const { status, stderr, lines } = run("--name", "tiny", "--generate", "abX");
  expect(status).toBe(1);
  expect(stderr).toMatch(/train: encode: text\[2\]: expected a character of the vocabulary.* got "X" \(U\+0058\)\n$/);
  expect(lines).toEqual([""]);
});

test.each([
  ["not UTF-8", Uint8Array.of(97, 98, 0xff, 97), /my.txt: byte 2: expected UTF-8, got 0xff/],
  ["empty", "", /^train: --text: expected a text, got the empty file .*my.txt\n$/],
  ["shorter than its windows", "abcd\n".repeat(100), /expected a text of at least 2020 tokens.*got 500/],
])("a file that is %s ends with one line and 1", (_, text, message) => {
  const { status, stderr } = withText(text).begin();
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("a file that is not there ends with one line and 1", () => {
  const { status, stderr } = train(temporaryFolder(), "--text", "no-such.txt", ...TINY);
  expect({ status, stderr: stderr.trim() }).toEqual({
    status: 1,
    stderr: "train: --text: expected a file, got no no-such.txt",
  });
});
