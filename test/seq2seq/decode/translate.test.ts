import { beforeAll, expect, test } from "vitest";
import { bytePairTokenizer, DataError, wordTokenizer } from "../../../src/data";
import { ArgumentError, Dense, dynamicRnn, Embedding, GRUCell, type Training } from "../../../src/rnn";
import {
  AttentionWrapper,
  LuongAttention,
  seq2seqModelOf,
  type TranslateOptions,
  translate,
} from "../../../src/seq2seq";
import * as tf from "../../../src/tf";

beforeAll(() => tf.ready());

const english = wordTokenizer("i am cold . you are here", { lowerCase: true });
const french = wordTokenizer("j'ai froid . tu es là ici", { begin: true, end: true });
const tokenizers = { source: english, target: french };
const short: TranslateOptions = { maximumLength: 6, compiled: false };

/** An untrained translator that attends. */
function translator(sourceSize = english.vocabularySize, targetSize = french.vocabularySize) {
  const sourceWords = new Embedding({ vocabularySize: sourceSize, embeddingSize: 4, seed: 1 });
  const targetWords = new Embedding({ vocabularySize: targetSize, embeddingSize: 4, seed: 2 });
  const [reader, inner] = [
    new GRUCell({ inputSize: 4, numUnits: 5, seed: 3 }),
    new GRUCell({ inputSize: 9, numUnits: 5, seed: 4 }),
  ];
  const writer = new AttentionWrapper(inner, new LuongAttention({ numUnits: 5, memorySize: 5, seed: 5 }), {
    attentionLayerSize: 5,
    seed: 6,
  });
  const head = new Dense({ inputSize: 5, outputSize: targetSize, seed: 7 });
  const encode = (source: tf.Tensor2D, training?: Training, lengths?: tf.Tensor1D) => {
    const [memory, state] = dynamicRnn(reader, sourceWords.call(source), { training, sequenceLength: lengths });
    return { state, memory, lengths };
  };
  const { begin, end } = french.special;
  const parts = { sourceWords, targetWords, reader, writer, head };
  return seq2seqModelOf(parts, {
    encode,
    cell: ({ memory, lengths }) => writer.attend(memory, lengths),
    embedding: targetWords,
    head,
    begin,
    end,
  });
}

const messageOf = async (call: () => Promise<unknown>, kind: new (...given: never[]) => Error = ArgumentError) => {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(kind);
    return (error as Error).message;
  }
  return "nothing was thrown";
};

test("translate(model, tokenizers, sentences) gives text, tokens and alignments, each sentence as if it were alone", async () => {
  const model = translator();
  const sentences = ["I am cold .", "you", "You are here"];
  const all = await translate(model, tokenizers, sentences, short);
  expect(all.map(({ sourceTokens }) => sourceTokens)).toEqual([
    ["i", "am", "cold", "."],
    ["you"],
    ["you", "are", "here"],
  ]);
  for (const [i, sentence] of sentences.entries()) {
    const [alone] = await translate(model, tokenizers, [sentence], short);
    const { text, targetTokens, alignments, score } = all[i] as (typeof all)[number];
    expect([alone?.text, alone?.targetTokens]).toEqual([text, targetTokens]);
    expect(score).toBeCloseTo(alone?.score as number, 4);
    expect(text).toBe(french.decode(targetTokens.map((token) => french.id(token) as number)));
    const width = all[i]?.sourceTokens.length as number;
    expect(alignments?.shape[1]).toBe(width);
    expect(alignments?.shape[0]).toBeGreaterThanOrEqual(targetTokens.length);
    const firstRow = [...(alignments?.data.subarray(0, width) ?? [])].reduce((sum, value) => sum + value, 0);
    expect(firstRow).toBeCloseTo(1, 5);
  }
});

test("a beam gives n best texts, the best first", async () => {
  const [first] = await translate(translator(), tokenizers, ["you are here"], { ...short, beamWidth: 3, nBest: 3 });
  const scores = first?.hypotheses?.map(({ score }) => score) as number[];
  expect(first?.hypotheses?.[0]?.text).toBe(first?.text);
  expect([...scores].sort((a, b) => b - a)).toEqual(scores);
  expect(new Set(first?.hypotheses?.map(({ text }) => text)).size).toBeGreaterThan(1);
});

test("<unk> and <pad> are never written, as they have no text, unless `allowed` lets them", async () => {
  const model = translator();
  const { unknown = 0, begin = 0 } = french.special;
  const bias = model.head as Dense; // the head wants to write <unk> above all
  bias.bias.assign(tf.tensor1d(Array.from({ length: french.vocabularySize }, (_, id) => (id === unknown ? 50 : 0))));
  const [made] = await translate(model, tokenizers, ["you"], short);
  expect(made?.targetTokens).not.toContain("<unk>");
  const allowed = Array.from({ length: french.vocabularySize }, (_, id) => id !== begin);
  const [all] = await translate(model, tokenizers, ["you"], { ...short, allowed });
  expect(all?.targetTokens).toEqual(Array(6).fill("<unk>"));
});

test("an unknown word is read as <unk> and counted; a tokenizer without <unk> refuses it", async () => {
  const [made] = await translate(translator(), tokenizers, ["I am zebra ."], short);
  expect([made?.unknown, made?.sourceTokens]).toEqual([1, ["i", "am", "<unk>", "."]]);
  const strict = wordTokenizer("i am cold . you are here", { unknown: false });
  const message = await messageOf(
    () => translate(translator(), { ...tokenizers, source: strict }, ["zebra"], short),
    DataError,
  );
  expect(message).toContain("zebra");
});

test("a sentence is refused by its place where it is empty, blank, no text or longer than maximumSourceLength", async () => {
  const model = translator();
  const refused = (sentences: unknown, more: object = {}) =>
    messageOf(() => translate(model, tokenizers, sentences as string[], { ...short, ...more }));
  for (const empty of ["", "  \t\u00a0\n"]) {
    expect(await refused(["you", empty])).toBe(
      "translate: sentences[1]: expected a sentence, got a text without a word",
    );
  }
  expect(await refused([3])).toContain("sentences[0]: expected a text, got number 3");
  expect(await refused([])).toContain("a list of at least one text");
  expect(await refused("you")).toContain("a list of at least one text");
  expect(await refused(["you are here"], { maximumSourceLength: 2 })).toContain(
    "at most 2 tokens, maximumSourceLength, got 3",
  );
  expect(await refused(["you"], { maximumSourceLength: 0 })).toContain("maximumSourceLength");
  expect(await refused(["you"], { maximumLength: 0 })).toContain("maximumLength");
  const half = await messageOf(() => translate(model, tokenizers, ["you \ud800"], short), DataError);
  expect(half).toContain("surrogate");
});

test("a sentence longer than any of the training is read as it is", async () => {
  const [made] = await translate(translator(), tokenizers, [Array(50).fill("you").join(" ")], short);
  expect([made?.sourceTokens.length, made?.unknown]).toEqual([50, 0]);
});

test("scripts of both directions keep the order in which they are stored, in words and in byte pairs", async () => {
  const mixed = "you are שלום here";
  const words = wordTokenizer(mixed);
  const [made] = await translate(translator(words.vocabularySize), { ...tokenizers, source: words }, [mixed], short);
  expect(made?.sourceTokens).toEqual(["you", "are", "שלום", "here"]);
  const bytes = bytePairTokenizer("you are here ".repeat(20), { vocabularySize: 280 });
  const [pieces] = await translate(translator(bytes.vocabularySize), { ...tokenizers, source: bytes }, [mixed], short);
  expect(pieces?.unknown).toBe(0);
  expect(pieces?.sourceTokens[0]).toBe("you");
});

test("a target tokenizer of another model is refused, and what is no tokenizer", async () => {
  const model = translator();
  const other = wordTokenizer("a b", { begin: true, end: true });
  expect(await messageOf(() => translate(model, { source: english, target: other }, ["you"], short))).toContain(
    `tokenizers.target: expected the model's: ${french.vocabularySize} tokens`,
  );
  expect(await messageOf(() => translate(model, { source: english } as never, ["you"], short))).toContain(
    "tokenizers.target: expected a tokenizer",
  );
});
