// The examples of docs/ of training, own data, checkpoints and exported models, put together, type-checked and run: twice, so that
// the second run goes on from the first one's checkpoints.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ROOT } from "../scripts/setup/paths.mjs";
import { canCompile } from "../src/compile";
import { examples, project, TSC } from "./docs/readme-project";
import { buildFirst } from "./scripts/built";
import { write } from "./scripts/support";

buildFirst();

test.skipIf(!canCompile())("the examples are typed, train, write checkpoints, go on, and export models", () => {
  const { folder, node } = project(examples("training", "own-data", "checkpoints", "export"));
  const months = Array.from({ length: 144 }, (_, i) => `"month ${i}",${300 + i + 50 * Math.sin(i / 2)}`);
  write(folder, { "passengers.csv": ["Month,Passengers", ...months, ""].join("\n") });
  const { stdout: trouble } = node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts");
  expect(trouble).toBe("");
  const first = node("example.js");
  expect(first.status, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/epoch 2\/2: loss [\d.]+, val_loss/);
  expect(first.stdout).toMatch(/^next month: \d{3}/m);
  expect(first.stdout).toMatch(/\{ value: [\d.]+, mode: 'min' \}/);
  const kept = () => ["mnist", "own"].map((name) => readdirSync(join(folder, "runs", name)).sort());
  const [mnist, own] = kept();
  expect(mnist?.length).toBeGreaterThan(0);
  expect(own).toEqual(["checkpoint-000000020", "checkpoint-000000040", "checkpoint-000000060"]);
  expect(readdirSync(join(folder, "exports")).sort()).toEqual(["mnist", "mnist-web", "mnist.safetensors", "reader"]);
  const second = node("example.js");
  expect(second.status, second.stderr).toBe(0);
  expect(second.stdout).toMatch(/(going on in epoch \d+ of \d+|nothing to train).*, from .*runs.mnist/);
  expect(kept()).toEqual([mnist, own]);
});

test.skipIf(!canCompile())("a model of one's own text is typed, trained and printed from, in a few lines", () => {
  const { folder, node } = project(examples("own-text"));
  write(folder, { "my-text.txt": "The rain in Spain stays mainly in the plain. ".repeat(2000) });
  expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
  const { status, stdout, stderr } = node("example.js");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/epoch 2\/2: loss [\d.]+/);
  expect(stdout).toContain("stays mainly in the plain. The rain in Spain");
});

test.skipIf(!canCompile())("the examples of texts and word vectors are typed and run", () => {
  const { folder, node } = project(examples("text"));
  write(folder, { "corpus.txt": "The rain in Spain stays mainly in the plain. ".repeat(2000) });
  expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
  const { status, stdout, stderr } = node("example.js");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/word: '(queen|land|rules|the)'/);
  expect(readdirSync(folder)).toContain("vectors.bin");
});

test("the examples of weights from other libraries are typed and run, with goldens in place of a user's files", () => {
  const { folder, node } = project(examples("weights"));
  const goldens = join(ROOT, "test/golden/foreign");
  cpSync(join(goldens, "checkpoints"), join(folder, "models"), { recursive: true });
  cpSync(join(goldens, "torch.gru.safetensors"), join(folder, "models/torch.gru.safetensors"));
  const keras = gunzipSync(readFileSync(join(goldens, "files/keras3.weights.h5.gz")));
  writeFileSync(join(folder, "models/keras3.weights.h5"), keras);
  expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
  const { status, stdout, stderr } = node("example.js");
  expect(status, stderr).toBe(0);
  expect(stdout).toContain("rnn/basic_lstm_cell/kernel");
});

test.skipIf(!canCompile())("the examples of encoder and decoder are typed and run by themselves", () => {
  const { folder, node } = project(examples("translation"));
  expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
  const { status, stdout, stderr } = node("example.js");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^BLEU = [\d.]+ /m);
  expect(readdirSync(join(folder, "exported/translator"))).toContain("index.html");
});

test.skipIf(!canCompile())(
  "the examples of music are typed, and write a chorale and a melody that a model continues",
  () => {
    const { folder, node } = project(examples("music"));
    expect(node(join(ROOT, "node_modules/typescript/bin/tsc"), ...TSC, "example.ts").stdout).toBe("");
    const { status, stderr } = node("example.js");
    expect(status, stderr).toBe(0);
    expect(readdirSync(join(folder, "runs/music")).sort()).toEqual([
      "chorale.mid",
      "chorale.wav",
      "song.mid",
      "song.wav",
    ]);
  },
);
