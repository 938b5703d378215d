import { describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import { bytePairTokenizer, characterTokenizer, numericArray, wordTokenizer } from "../../../src/data";
import { BasicLSTMCell, GRUCell } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  bitsPerToken,
  evaluate,
  type LanguageModel,
  measureText,
  perplexity,
  statefulModelOf,
} from "../../../src/train";
import { scopeEachTest } from "../../support";
import { languageModel, letters, tokensOf } from "../generate/support";
import { expectNoTensors, labels, warnings } from "../support";

scopeEachTest();

/** A model that says the same logits after every token. */
const constant = (logits: readonly number[]) => {
  const row = tf.variable(tf.tensor1d([...logits]), false);
  return statefulModelOf({ row: { variables: [row] } }, (x: tf.Tensor2D, _training, _lengths, state?: tf.Tensor2D) => ({
    outputs: tf.add(tf.zeros<tf.Rank.R3>([...x.shape, logits.length]), row) as tf.Tensor3D,
    state: state ?? tf.zeros<tf.Rank.R2>([x.shape[0], 1]),
  }));
};

const uniform = (count: number) => constant(Array<number>(count).fill(0));
/** Σ −log₂ p of a text's tokens after the first, one pass over all of it. */
function bitsOf(model: LanguageModel, ids: Int32Array): number {
  const all = tf.tidy(() => {
    const logits = model.call(tf.tensor2d(ids.slice(0, -1), [1, ids.length - 1], "int32"));
    return tf.neg(tf.logSoftmax(logits)).arraySync() as number[][][];
  });
  return [...ids.slice(1)].reduce((sum, id, t) => sum + (all[0]?.[t]?.[id] as number) / Math.LN2, 0);
}

test("measureText(model, tokenizer, text): a uniform model of V tokens needs log₂ V bits for each", async () => {
  const measured = await measureText(uniform(21), letters, "a bad cat");
  expect(measured).toEqual({
    bitsPerCharacter: expect.closeTo(Math.log2(21), 6),
    bitsPerByte: expect.closeTo(Math.log2(21), 6),
    bitsPerToken: expect.closeTo(Math.log2(21), 6),
    perplexity: expect.closeTo(21, 4),
    ...{ tokens: 8, characters: 8, bytes: 8, unknown: 0 },
  });
});

test("characters are code points and bytes are UTF-8's, without those of the first token", async () => {
  const tokenizer = tokensOf(["né", "🙂", "— ", "日"]);
  const measured = await measureText(uniform(4), tokenizer, "né🙂— 日日"); // 2 bits for each of 4 tokens
  expect(measured).toMatchObject({ tokens: 4, characters: 5, bytes: 4 + 4 + 3 + 3 });
  expect(measured.bitsPerCharacter).toBeCloseTo(8 / 5, 6);
  expect(measured.bitsPerByte).toBeCloseTo(8 / 14, 6);
  const ofIds = await measureText(uniform(4), tokenizer, tokenizer.encode("né🙂— 日日"));
  expect(ofIds).toEqual(measured);
});

test("by hand: probabilities ½, ¼, ⅛, ⅛ need 1, 2, 3 and 3 bits", async () => {
  const model = constant([Math.log(4), Math.log(2), 0, 0]);
  const { bitsPerToken: bits } = await measureText(model, tokensOf([..."abcd"]), "aabcd");
  expect(bits).toBeCloseTo((1 + 2 + 3 + 3) / 4, 6);
});

describe.each(canCompile() ? [true, false] : [false])("compiled: %s", (compiled) => {
  test("each token is predicted once, by a state that goes on over all calls, whatever nSteps", async () => {
    const model = languageModel(new BasicLSTMCell({ inputSize: 6, numUnits: 8, seed: 3 }), 21, 0.5);
    const ids = labels(157, 21);
    const tokens = { data: ids.data, shape: [157] as const };
    const expected = bitsOf(model, ids.data) / 156;
    for (const nSteps of [1, 39, 500]) {
      const measured = await measureText(model, letters, tokens, { nSteps, compiled });
      await expectNoTensors(() => measureText(model, letters, tokens, { nSteps, compiled }));
      expect(measured.tokens).toBe(156);
      expect(measured.bitsPerToken).toBeCloseTo(expected, 5);
      expect(measured.bitsPerCharacter).toBeCloseTo(expected, 5);
    }
  });

  test("batchSize: parts side by side, each from its own begin; each token is predicted once", async () => {
    const model = languageModel(new GRUCell({ inputSize: 6, numUnits: 8, seed: 3 }), 21);
    const { data } = labels(104, 21); // 103 targets: parts of 26, 26, 26 and 25
    const parts = [0, 26, 52, 78].map((begin) => bitsOf(model, data.slice(begin, begin + 27)));
    const { bitsPerToken: bits } = await measureText(
      model,
      letters,
      { data, shape: [104] },
      { batchSize: 4, nSteps: 7, compiled },
    );
    expect(bits).toBeCloseTo(parts.reduce((sum, part) => sum + part, 0) / 103, 5);
  });
});

test("ids in a file: the same numbers, and never more than a chunk of them in memory", async () => {
  const tokenizer = bytePairTokenizer("naïve cafés", { vocabularySize: 262 });
  const text = "naïve café — 日本語 🙂! ".repeat(1000);
  const ids = tokenizer.encode(text);
  let most = 0;
  const stored = {
    length: ids.data.length,
    read: (begin: number, end: number) => {
      most = Math.max(most, end - begin);
      return numericArray(ids.data.slice(begin, end), [end - begin]);
    },
  };
  const model = uniform(tokenizer.vocabularySize);
  const options = { batchSize: 8, nSteps: 1000 };
  const measured = await measureText(model, tokenizer, text, options);
  expect(measured.characters).toBe([...text].length - 1);
  expect(measured.bytes).toBe(Buffer.byteLength(text) - 1);
  expect(await measureText(model, tokenizer, stored, options)).toEqual(measured);
  expect(most).toBeLessThan(ids.data.length);
});

test("unknown tokens are counted, and a warning says so", async () => {
  const lines = warnings();
  const tokenizer = tokensOf(["?", "a", "b"], { unknown: 0 });
  const { unknown, characters } = await measureText(uniform(3), tokenizer, {
    data: Int32Array.of(0, 1, 0, 2, 0),
    shape: [5],
  });
  expect([unknown, characters]).toEqual([2, 2]);
  expect(lines).toEqual([expect.stringContaining("2 of 4 predicted tokens are unknown to the vocabulary")]);
});

test.each([
  ["words lose their white space", "the cat  sat", wordTokenizer("the cat sat"), 'from text[8] on (" sat")'],
  ["words lose capital letters", "the Cat", wordTokenizer("the cat", { lowerCase: true }), 'from text[4] on ("Cat")'],
  ["punctuation gets a space", "the cat.", wordTokenizer("the cat."), 'from text[7] on (".")'],
  ["a normal form", "cafe\u0301", characterTokenizer("café"), "from text[3] on"],
  ["an end that is left out", "the cat\n", wordTokenizer("the cat"), 'from text[7] on ("\\n")'],
])("tokens that do not keep the whole text: a warning names the place (%s)", async (_, text, tokenizer, place) => {
  const lines = warnings();
  await measureText(uniform(tokenizer.vocabularySize), tokenizer, text);
  expect(lines).toEqual([expect.stringContaining(`the tokens do not keep the whole text, ${place}`)]);
});

test("tokens that keep the text warn of nothing, also where a token ends inside a character, or U+FFFD ends the text", async () => {
  const lines = warnings();
  const [characters, pairs] = [characterTokenizer("né🙂\uFFFD"), bytePairTokenizer("aa aa", { vocabularySize: 257 })];
  for (const text of ["né🙂", "n\uFFFD", "🙂é\uFFFD"]) {
    const measured = await measureText(uniform(257), pairs, text);
    if (!text.endsWith("\uFFFD")) expect(await measureText(uniform(257), pairs, pairs.encode(text))).toEqual(measured);
    if (text.startsWith("n")) await measureText(uniform(4), characters, text);
  }
  expect(lines).toEqual([]);
  expect(await measureText(uniform(257), pairs, "🙂é")).toMatchObject({ tokens: 5, characters: 2, bytes: 6 });
});

test("bitsPerToken is log₂ of the perplexity, for fit and evaluate", async () => {
  const data = { x: labels(9, 4, 1), y: labels(9, 4, 2) };
  const model = { variables: [], call: (x: tf.Tensor1D) => tf.oneHot(x, 4).toFloat() as tf.Tensor2D };
  const result = await evaluate(model, data, { metrics: { bitsPerToken, perplexity } });
  expect(2 ** (result.bitsPerToken as number)).toBeCloseTo(result.perplexity as number, 10);
});

test("bad arguments are refused by name", async () => {
  const refused = (text: unknown, options: object, message: string) =>
    expect(measureText(uniform(21), letters, text as string, options)).rejects.toThrow(`measureText: ${message}`);
  await refused("a", {}, "text: expected two tokens or more, as the first one is not predicted, got 1");
  await refused("", {}, "text: expected two tokens or more");
  await refused(
    [1, 2],
    {},
    "text: expected a text; or its tokens, as tokenizer.encode(text) or tokenFile gives, got a list of 2",
  );
  await refused("abc", { nSteps: 0 }, "nSteps: expected a whole number of at least 1");
  await refused("abc", { batchSize: 0.5 }, "batchSize: expected");
  await refused("abc", { steps: 3 }, "options: expected");
  await expect(measureText(uniform(3), letters, "abc")).rejects.toThrow("tokenizer: expected one of 3 tokens");
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await expect(measureText(uniform(21), letters, "abc", { signal: stop.signal })).rejects.toThrow("enough");
});
