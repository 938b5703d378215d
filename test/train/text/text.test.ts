// Texts as the tokenizers give them, in every form that fit takes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  addSpecialTokens,
  characterTokenizer,
  numericArray,
  streams,
  textWindows,
  tokenFile,
  wordTokenizer,
} from "../../../src/data";
import {
  BasicLSTMCell,
  Dense,
  dynamicRnn,
  Embedding,
  GradientDescentOptimizer,
  type LSTMState,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { crossEntropy, evaluate, fit, ModelCheckpoint, modelOf, perplexity, statefulModelOf } from "../../../src/train";
import { quick, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

const TEXT = "the quick brown fox jumps over the lazy dog. ".repeat(20);

function layers(vocabularySize: number, outputSize = vocabularySize) {
  const embedding = new Embedding({ vocabularySize, embeddingSize: 4, seed: 1 });
  const cell = new BasicLSTMCell({ inputSize: 4, numUnits: 6, seed: 2 });
  const head = new Dense({ inputSize: 6, outputSize, seed: 3 });
  return { embedding, cell, head };
}

function languageModel(vocabularySize: number) {
  const { embedding, cell, head } = layers(vocabularySize);
  return statefulModelOf({ embedding, cell, head }, (x: tf.Tensor2D, training, _, state?: LSTMState) => {
    const [outputs, next] = dynamicRnn(cell, embedding.call(x), { training, ...(state && { initialState: state }) });
    return { outputs: head.call(outputs), state: next };
  });
}

test("a token file trains as its ids in memory do, to the same bits, also resumed", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "text.txt");
  writeFileSync(path, TEXT);
  const tokenizer = characterTokenizer(TEXT);
  const tokens = await tokenFile(path, tokenizer, { to: join(folder, "text.tokens") });
  const options = { batchSize: 3, nSteps: 20, targets: "next" } as const;
  const memory = streams(tokenizer.encode(TEXT), options);
  const losses = async (data: typeof memory, more: object = {}) => {
    const { epochs } = await fit(languageModel(tokenizer.vocabularySize), data, {
      ...{ loss: crossEntropy, optimizer: new GradientDescentOptimizer({ learningRate: 0.1 }), progress: false },
      ...{ epochs: 3, ...more },
    });
    return epochs.map(({ loss }) => loss);
  };
  const expected = await losses(memory);
  expect(expected).toHaveLength(3);
  expect(await losses(tokens.streams(options))).toEqual(expected);
  const run = { resume: join(folder, "run"), callbacks: [new ModelCheckpoint({ folder: join(folder, "run") })] };
  expect(await losses(tokens.streams(options), { ...run, epochs: 2 })).toEqual(expected.slice(0, 2));
  expect(await losses(tokens.streams(options), run)).toEqual(expected);
  const model = languageModel(tokenizer.vocabularySize);
  const measured = await evaluate(model, tokens.slice(0, 400).streams(options), { metrics: { perplexity } });
  expect(measured).toEqual(await evaluate(model, streams(tokens.read(0, 400), options), { metrics: { perplexity } }));
});

test("windows of a text train a model without state", async () => {
  const tokenizer = characterTokenizer(TEXT);
  const { embedding, cell, head } = layers(tokenizer.vocabularySize);
  const model = modelOf({ embedding, cell, head }, (x: tf.Tensor2D) =>
    head.call(dynamicRnn(cell, embedding.call(x))[0]),
  );
  const data = textWindows(tokenizer.encode(TEXT), { nSteps: 20, stride: 7 });
  const { epochs } = await fit(model, data, quick({ epochs: 2, batchSize: 16, seed: 5 }));
  expect(epochs[1]?.loss).toBeLessThan(epochs[0]?.loss as number);
});

test("encoded sentences are a ragged x, in buckets of similar length: also one without words", async () => {
  const sentences = ["a good film", "", "not a good film at all", "good !", "bad , bad film"];
  const tokenizer = wordTokenizer(
    sentences.map((each) => `${each}\n`),
    { padding: true, end: true },
  );
  const { embedding, cell, head } = layers(tokenizer.vocabularySize, 2);
  const seen: string[] = [];
  const model = modelOf({ embedding, cell, head }, (x: tf.Tensor2D, _training, sequenceLength) => {
    seen.push(x.shape.join());
    return head.call(dynamicRnn(cell, embedding.call(x), { sequenceLength })[1].h);
  });
  const y = numericArray(Int32Array.of(1, 0, 0, 1, 0), [5]);
  const options = quick({ epochs: 1, batchSize: 5, buckets: 2, compiled: false });
  await fit(model, { x: sentences.map((each) => tokenizer.encode(each)), y }, options);
  expect([...new Set(seen)].sort()).toEqual(["2,6", "3,3"]);
  const marked = sentences.map((each) => addSpecialTokens(tokenizer, tokenizer.encode(each)));
  expect(marked.map(({ shape }) => shape[0])).toEqual([4, 1, 7, 3, 5]);
});
