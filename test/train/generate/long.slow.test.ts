// Long texts: neither memory nor the time of a token grows with what was written.
import { expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { bytePairTokenizer } from "../../../src/data";
import { BasicLSTMCell, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { generate } from "../../../src/train";
import { processorTime } from "../../processor-time";
import { languageModel } from "./support";

const TEXT = "naïve café — 日本語, 👩‍👩‍👧‍👦 und ein Lächeln 🙂! 数と文字。".repeat(20);
const MEGABYTE = 2 ** 20;
const memory = () => process.memoryUsage().rss / MEGABYTE;

test.skipIf(!canCompile())("10,000 tokens of byte pairs: memory and time of a token stay what they were", async () => {
  await tf.ready();
  const tokenizer = bytePairTokenizer(TEXT, { vocabularySize: 300 });
  const cell = new BasicLSTMCell({ inputSize: 32, numUnits: 64, seed: 1 });
  const model = languageModel(cell, tokenizer.vocabularySize);
  const before = tf.memory().numTensors;
  const marks: { memory: number; time: number }[] = [];
  let written = "";
  const onText = (piece: string) => {
    written += piece;
    if (written.length >= (marks.length + 1) * 1000) marks.push({ memory: memory(), time: processorTime() });
  };
  const options = { prompt: "naïve", length: 10_000, seed: 4, stop: "never", onText };
  const { ids, text } = await generate(model, tokenizer, options);
  expect(ids).toHaveLength(10_000);
  expect(written).toBe(text);
  expect(tf.memory().numTensors).toBe(before);
  const grown = (from: number, to: number, of: "memory" | "time") =>
    (marks[to]?.[of] ?? Number.NaN) - (marks[from]?.[of] ?? Number.NaN); // NaN fails
  expect(grown(2, 8, "memory")).toBeLessThan(20);
  expect(grown(5, 8, "time")).toBeLessThan(2 * grown(2, 5, "time"));
});

test.skipIf(!canCompile())("the sessions of repeated calls are released", async () => {
  await tf.ready();
  const tokenizer = bytePairTokenizer(TEXT, { vocabularySize: 300 });
  const model = languageModel(new GRUCell({ inputSize: 64, numUnits: 512, seed: 1 }), tokenizer.vocabularySize);
  const call = () => generate(model, tokenizer, { prompt: "naïve", length: 10, compiled: true });
  for (let i = 0; i < 10; i++) await call();
  const begin = memory();
  for (let i = 0; i < 60; i++) await call();
  expect(memory() - begin).toBeLessThan(60); // a session has the weights, 4 MB
});
