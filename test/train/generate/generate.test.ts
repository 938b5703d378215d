import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { bytePairTokenizer, characterTokenizer, streams, type Tokenizer, wordTokenizer } from "../../../src/data";
import {
  AdamOptimizer,
  BasicLSTMCell,
  BasicRNNCell,
  functionCell,
  GRUCell,
  LSTMCell,
  MultiRNNCell,
  type RNNCell,
} from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  crossEntropy,
  fit,
  type GenerateOptions,
  generate,
  type StatefulModel,
  statefulModelOf,
} from "../../../src/train";
import { languageModel, letters, tokensOf } from "./support";

let before = 0;
beforeEach(async () => {
  await tf.ready();
  before = tf.memory().numTensors;
});

const dispose = (model: { variables: readonly tf.Variable[] }) => tf.dispose([...model.variables]);
const small = () => languageModel(new GRUCell({ inputSize: 6, numUnits: 12, seed: 3 }), letters.vocabularySize);
/** Texts are drawn the same with and without a graph. */
const WAYS = canCompile() ? [true, false] : [false];

describe.each(WAYS)("compiled: %s", (compiled) => {
  const run = (options: GenerateOptions) => generate(model, letters, { compiled, ...options });
  let model: ReturnType<typeof small>;
  beforeEach(() => {
    model = small();
  });
  afterEach(() => {
    dispose(model);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("generate(model, tokenizer, { prompt, length, seed }): the same seed gives the same text, another one another", async () => {
    const first = await run({ prompt: "a bad cat", length: 30, seed: 5 });
    expect(first.ids).toHaveLength(30);
    expect(first.text).toBe(letters.decode(first.ids));
    expect(first.reason).toBe("length");
    expect(await run({ prompt: "a bad cat", length: 30, seed: 5 })).toEqual(first);
    expect((await run({ prompt: "a bad cat", length: 30, seed: 6 })).text).not.toBe(first.text);
  });

  test("a text goes on from a prompt and what was made of it, as it went on by itself", async () => {
    const options = { temperature: 0 };
    const whole = await run({ ...options, prompt: "bad ", length: 24 });
    const begin = await run({ ...options, prompt: "bad ", length: 9 });
    const rest = await run({ ...options, prompt: `bad ${begin.text}`, length: 15 });
    expect(begin.text + rest.text).toBe(whole.text);
  });

  test("onText: the pieces add up to the text, and come one after the other, with time for the event loop", async () => {
    const pieces: string[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const { text } = await run({
      prompt: "a",
      length: 30,
      seed: 1,
      onText: async (piece) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        pieces.push(piece);
      },
    });
    clearInterval(timer);
    expect(pieces).toHaveLength(30);
    expect(pieces.join("")).toBe(text);
    expect(turns).toBeGreaterThan(5);
  });

  test("stop: the text ends before a stop string, whatever tokens it lies in; no piece has a part of it", async () => {
    const { text } = await run({ prompt: "a", length: 40, seed: 2 });
    const stop = text.slice(20, 23);
    const at = text.indexOf(stop);
    const pieces: string[] = [];
    const options = { prompt: "a", length: 40, seed: 2, onText: (piece: string) => pieces.push(piece) };
    const stopped = await run({ ...options, stop: ["zz", stop] });
    expect(stopped).toMatchObject({ text: text.slice(0, at), reason: "stop" });
    expect(letters.decode(stopped.ids)).toBe(text.slice(0, at + stop.length));
    expect(pieces.join("")).toBe(stopped.text);
    expect(await run({ ...options, stop: "never" })).toMatchObject({ text, reason: "length" });
  });

  test("count: several texts of one prompt, each with its own seed; the first is the one alone", async () => {
    const rows: string[] = ["", "", ""];
    const onText = (piece: string, row: number) => {
      rows[row] += piece;
    };
    const texts = await generate(model, letters, { prompt: "cat", length: 20, seed: 7, count: 3, onText, compiled });
    expect(texts.map(({ text }) => text)).toEqual(rows);
    expect(new Set(rows).size).toBe(3);
    expect(rows[0]).toBe((await run({ prompt: "cat", length: 20, seed: 7 })).text);
  });

  test("signal: what there is comes back", async () => {
    const stop = new AbortController();
    const onText = () => (++pieces === 7 ? stop.abort() : undefined);
    let pieces = 0;
    const { text, ids, reason } = await run({ prompt: "cat", length: 20_000, seed: 7, signal: stop.signal, onText });
    expect([text.length, ids.length, reason]).toEqual([7, 7, "interrupted"]);
    const none = await run({ prompt: "cat", length: 20, signal: stop.signal });
    expect(none).toEqual({ text: "", ids: [], reason: "interrupted" });
  });

  test("two texts at the same time are those of one after the other", async () => {
    const options = [1, 2].map((seed) => ({ prompt: "a bad cat", length: 15, seed }));
    const together = await Promise.all(options.map(run));
    expect(together.map(({ text }) => text)).toEqual([
      (await run(options[0] as GenerateOptions)).text,
      (await run(options[1] as GenerateOptions)).text,
    ]);
  });

  test("onText.end is called once at the end, also by an error; an error of onText ends the text and leaves nothing behind", async () => {
    let ends = 0;
    const end = () => void ends++;
    await run({ prompt: "cat", length: 9, onText: Object.assign(() => {}, { end }) });
    expect(ends).toBe(1);
    const fails = () => {
      throw new Error("enough");
    };
    await expect(run({ prompt: "cat", onText: Object.assign(fails, { end }) })).rejects.toThrow("enough");
    expect(ends).toBe(2);
  });
});

const CELLS: Record<string, () => RNNCell> = {
  "BasicRNNCell, a state [batch, n]": () => new BasicRNNCell({ inputSize: 6, numUnits: 8, seed: 3 }),
  "LSTMCell with a projection, a state { c, h }": () =>
    new LSTMCell({ inputSize: 6, numUnits: 8, numProj: 5, seed: 3, usePeepholes: true }),
  "MultiRNNCell, a list of states": () =>
    new MultiRNNCell([
      new BasicLSTMCell({ inputSize: 6, numUnits: 8, seed: 3 }),
      new GRUCell({ inputSize: 8, numUnits: 7, seed: 4 }),
    ]),
  "a cell without a state": () =>
    functionCell({
      inputSize: 6,
      outputSize: 6,
      stateSize: [],
      call: (x: tf.Tensor2D, state: never[]) => [x, state],
    }) as never,
};

test.skipIf(!canCompile()).each(Object.entries(CELLS))("%s: compiled and eager texts are equal", async (_, make) => {
  const model = languageModel(make(), letters.vocabularySize, 0.5); // dropout is off
  const options = { prompt: "a bad cat sat on a mat ".repeat(6), length: 50, seed: 11, temperature: 1.3, topP: 0.95 };
  const [eager, compiled] = [
    await generate(model, letters, { ...options, compiled: false }),
    await generate(model, letters, { ...options, compiled: true }),
  ];
  expect(compiled).toEqual(eager);
  expect(new Set(eager.ids).size).toBeGreaterThan(5);
  dispose(model);
});

test("fit: a callback writes a text after each epoch with the weights of that epoch", async () => {
  const text = "a bad cat sat on a mat ".repeat(40);
  const model = languageModel(new GRUCell({ inputSize: 16, numUnits: 32, seed: 3 }), letters.vocabularySize);
  const texts: string[] = [];
  const options = { prompt: "a bad ", length: 60, temperature: 0 };
  const optimizer = new AdamOptimizer({ learningRate: 0.03 });
  await fit(model, streams(letters.encode(text), { batchSize: 4, nSteps: 10, targets: "next" }), {
    ...{ loss: crossEntropy, optimizer, epochs: 3, seed: 1, progress: false },
    callbacks: [{ onEpochEnd: async () => void texts.push((await generate(model, letters, options)).text) }],
  });
  expect(new Set(texts).size).toBeGreaterThan(1);
  expect(texts.at(-1)).toBe(text.slice(6, 66));
  expect((await generate(model, letters, options)).text).toBe(texts.at(-1));
  optimizer.dispose();
  dispose(model);
});

const SAMPLE = "The cat sat, and the dog saw the cat — naïve 🙂! ".repeat(9);
const special = { padding: true, unknown: true, begin: true };
const TOKENIZERS: Record<string, () => Tokenizer> = {
  characters: () => characterTokenizer(SAMPLE, special),
  words: () => wordTokenizer(SAMPLE, special),
  "byte pairs": () => bytePairTokenizer(SAMPLE, { vocabularySize: 300 }),
};

test.each(Object.entries(TOKENIZERS))("%s: prompt and text are what prompt and ids decode to", async (_, make) => {
  const tokenizer = make();
  const model = languageModel(new GRUCell({ inputSize: 6, numUnits: 8, seed: 3 }), tokenizer.vocabularySize);
  const pieces: string[] = [];
  const onText = (piece: string) => void pieces.push(piece);
  const { text, ids } = await generate(model, tokenizer, { prompt: "The cat", length: 40, seed: 2, onText });
  const whole = tokenizer.decode([...tokenizer.encode("The cat").data, ...ids]);
  expect([whole, whole.replace(/\uFFFD$/, "")]).toContain(`The cat${text}`);
  expect(pieces.join("")).toBe(text);
  const { padding, unknown, begin } = tokenizer.special;
  expect(ids.filter((id) => [padding, unknown, begin].includes(id))).toEqual([]);
  dispose(model);
});

test("the probabilities are those of one pass over prompt and text", async () => {
  const model = small();
  const prompt = "a bad cat sat on a mat";
  const { ids } = await generate(model, letters, { prompt, length: 30, temperature: 0 });
  const all = [...letters.encode(prompt).data, ...ids];
  const logits = tf.tidy(() => model.call(tf.tensor2d([all.slice(0, -1)], undefined, "int32")).arraySync());
  const best = (logits[0] as number[][]).slice(-30).map((row) => row.indexOf(Math.max(...row)));
  expect(best).toEqual(ids);
  dispose(model);
});

/** A model whose next token follows from the last one by a table, whatever the state. */
const chain = (
  next: readonly number[],
  initialState: (rows: number) => tf.Tensor2D = (rows) => tf.zeros([rows, 1]),
) => {
  const table = tf.variable(tf.oneHot(tf.tensor1d([...next], "int32"), next.length).mul(50), false);
  const call = (x: tf.Tensor2D, _training?: unknown, _lengths?: unknown, state?: tf.Tensor2D) => ({
    outputs: tf.gather(table, x) as tf.Tensor3D,
    state: tf.add(state ?? tf.zeros([x.shape[0], 1]), 1) as tf.Tensor2D,
  });
  return statefulModelOf({ table: { variables: [table] } }, call, { initialState });
};

test("the end token ends the text; begin starts an empty prompt; padding, begin and unknown are never drawn", async () => {
  const special = { padding: 0, unknown: 1, begin: 2, end: 3 };
  const tokenizer = tokensOf(["<pad>", "<unk>", "<s>", "</s>", "a", "b"], special);
  const ends = chain([4, 4, 4, 0, 5, 3]); // begin → a → b → end
  expect(await generate(ends, tokenizer)).toEqual({ text: "ab", ids: [4, 5, 3], reason: "end" });
  for (const unwanted of [0, 1, 2]) {
    const { ids } = await generate(chain([4, 4, 4, 4, unwanted, unwanted]), tokenizer, { length: 50, seed: unwanted });
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => id < 3)).toEqual([]);
  }
});

test("initialState of the model is where the text begins", async () => {
  const tokenizer = tokensOf([..."abc"]);
  const seen: number[] = [];
  const model = chain([1, 2, 0], (rows) => tf.fill([rows, 1], 40) as tf.Tensor2D);
  const watched: typeof model = {
    ...model,
    callWithState: (x, training, lengths, state?: tf.Tensor2D) => {
      if (state) seen.push(state.dataSync()[0] as number);
      return model.callWithState(x, training, lengths, state);
    },
  };
  const { text } = await generate(watched, tokenizer, { prompt: "a", length: 3, temperature: 0, compiled: false });
  expect(text).toBe("bca");
  expect(seen).toEqual([40, 41, 42]);
});

test("bad arguments are refused by name", async () => {
  const model = small();
  const refused = (options: object, message: string) =>
    expect(generate(model, letters, { prompt: "a", ...options })).rejects.toThrow(message);
  await refused({ temperature: -1 }, "generate: temperature: expected a number from 0 up, got number -1");
  await refused({ topK: 0 }, "generate: topK: expected a whole number of at least 1");
  await refused({ topP: 0 }, "generate: topP: expected a number above 0 and at most 1, got number 0");
  await refused({ topP: 1.5 }, "generate: topP: expected a number above 0 and at most 1, got number 1.5");
  await refused({ topP: Number.NaN }, "generate: topP");
  await refused({ repetitionPenalty: 0 }, "generate: repetitionPenalty: expected a number above 0");
  await refused({ length: 0 }, "generate: length: expected a whole number of at least 1");
  await refused({ seed: 0.5 }, "generate: seed: expected a whole number");
  await refused({ stop: ["a", ""] }, "generate: stop: expected texts that are not empty");
  await refused({ stop: [3] }, "generate: stop: expected texts that are not empty, got number 3");
  await refused({ prompt: 3 }, "generate: prompt: expected a text");
  await refused({ topk: 3 }, "also topk");
  await refused(
    { prompt: "" },
    "generate: prompt: expected a text of one token or more, as the tokenizer has no begin",
  );
  await refused({ prompt: "Z" }, "no token for Z"); // the tokenizer's own error
  await expect(generate(model, undefined as never)).rejects.toThrow("generate: tokenizer: expected a tokenizer");
  const other = tokensOf([..."abc"]);
  await expect(generate(model, other, { prompt: "a" })).rejects.toThrow(
    "generate: tokenizer: expected one of 21 tokens, as many as the model's logits (the model's own tokenizer), got one of 3",
  );
  const stateless = { variables: model.variables, call: model.call } as StatefulModel<tf.Tensor2D, tf.Tensor3D>;
  await expect(generate(stateless, letters, { prompt: "a" })).rejects.toThrow(
    "generate: model: expected a stateful one, statefulModelOf(parts, (x, training, lengths, state) => ({ outputs, state }))",
  );
  const twice: typeof model = {
    ...model,
    callWithState: (x, training, lengths, state) => {
      const { outputs, state: next } = model.callWithState(x, training, lengths, state);
      return { outputs: tf.concat([outputs, outputs], 1), state: next };
    },
  };
  await expect(generate(twice, letters, { prompt: "a" })).rejects.toThrow(
    "generate: model's outputs: expected logits [1, 1, vocabulary] for tokens [1, 1], got [1, 2, 21]",
  );
  tf.tidy(() => (model.variables.at(-1) as tf.Variable).assign(tf.fill([21], Number.NaN)));
  await refused({}, "generate: logits: expected finite numbers, got NaN for token 0");
  dispose(model);
});
