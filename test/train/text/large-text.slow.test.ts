// A text that is larger than what the process may hold: vocabulary, ids and batches are read in bounded memory.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Random } from "../../../src/data";
import { temporaryFolder } from "../support";

const ROOT = join(__dirname, "../../..");
const MB = 300;

/** A text of one line: words of 50,000 different ones, in random order. */
function writeText(path: string): void {
  const random = new Random(1);
  const words = Array.from({ length: 50_000 }, (_, i) => `${i.toString(26)}é`);
  const part = Buffer.from(`${Array.from({ length: 200_000 }, () => words[random.integer(words.length)]).join(" ")} `);
  const handle = openSync(path, "w");
  for (let bytes = 0; bytes < MB * 2 ** 20; bytes += part.length) writeSync(handle, part);
  closeSync(handle);
}

const SCRIPT = `
  const data = require("./src/data/index.ts");
  const rnn = require("./src/rnn/index.ts");
  const train = require("./src/train/index.ts");
  const tf = require("./src/tf.ts");
  const [path, to] = process.argv.slice(1);
  const peak = () => process.resourceUsage().maxRSS / 1024; // MB

  function languageModel(vocabularySize) {
    const embedding = new rnn.Embedding({ vocabularySize, embeddingSize: 8, seed: 1 });
    const cell = new rnn.BasicRNNCell({ inputSize: 8, numUnits: 8, seed: 2 });
    const head = new rnn.Dense({ inputSize: 8, outputSize: vocabularySize, seed: 3 });
    return train.statefulModelOf({ embedding, cell, head }, (x, training, _, initialState) => {
      const [outputs, state] = rnn.dynamicRnn(cell, embedding.call(x), { training, ...(initialState && { initialState }) });
      return { outputs: head.call(outputs), state };
    });
  }
  async function fitOn(streams, vocabularySize) {
    const optimizer = new rnn.AdamOptimizer({ learningRate: 0.01 });
    await train.fit(languageModel(vocabularySize), streams, { loss: train.crossEntropy, optimizer, epochs: 1, progress: false });
  }

  (async () => {
    await tf.ready();
    const options = { batchSize: 32, nSteps: 100, targets: "next" };
    const text = data.numericArray(Int32Array.from({ length: 100_000 }, (_, i) => i % 30), [100_000]);
    await fitOn(data.streams(text, options), 30); // what a training takes without the text
    gc();
    const before = peak();
    const tokenizer = data.characterTokenizer(data.textChunks(path));
    const tokens = await data.tokenFile(path, tokenizer, { to });
    let read = 0;
    for (const { x } of tokens.streams({ ...options, nSteps: 1000 })) read += x.data.length;
    await fitOn(tokens.slice(tokens.length - 500_000).streams(options), tokenizer.vocabularySize);
    const words = data.wordTokenizer(data.textChunks(path), { maxSize: 10_000 });
    console.log(JSON.stringify({ grown: peak() - before, length: tokens.length, read, words: words.vocabularySize }));
  })();`;

test(`a text of ${MB} MB in one line: vocabularies, ids and batches take less memory than a third of it`, () => {
  const folder = temporaryFolder();
  const path = join(folder, "text.txt");
  writeText(path);
  const args = [
    "--expose-gc",
    "-r",
    join(ROOT, "test/compile/typescript.cjs"),
    "-e",
    SCRIPT,
    path,
    join(folder, "ids"),
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const { grown, length, read, words } = JSON.parse(stdout.trim().split("\n").at(-1) as string);
  console.log(`    ${length} characters of ${MB} MB: ${grown.toFixed(0)} MB more`);
  expect(length).toBeGreaterThan(0.7 * MB * 2 ** 20);
  expect(read).toBeGreaterThan(0.99 * length);
  expect(words).toBe(10_000);
  expect(grown).toBeLessThan(MB / 3);
});
