// npm run train: a tiny training of each model, as a user starts it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildFirst } from "../built";
import { temporaryFolder } from "../support";
import { train } from "./trained";

buildFirst();

const TINY = ["--quick", "--units", "4", "--batch-size", "50"];

test.each([
  ["mnist", ["--cell", "gru", "--tensorboard"], /test accuracy 0\.\d{4} on digits drawn by the program/],
  ["series", ["--layers", "2"], /mean squared error [\d.]+ on 500 other windows/],
  ["char", ["--cell", "lstm", "--length", "0"], /test perplexity [\d.]+ of 27 tokens, [\d.]+ bits per character/],
])("%s trains, reports, keeps its run, and goes on where it stopped", (model, more, report) => {
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
  expect(second.lines).toContainEqual(
    expect.stringMatching(/^going on in epoch 2 of 2, batch 1 of \d+ \(step \d+\), from .*checkpoint-0/),
  );
  expect(second.lines).toContainEqual(expect.stringMatching(/^epoch 2\/2: loss [\d.]+, .*val_loss [\d.]+/));
  expect(readFileSync(join(run, "history.csv"), "utf8").trim().split("\n")).toHaveLength(3);
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
