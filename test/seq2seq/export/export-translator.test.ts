// What exportTranslator refuses, and which weights its graphs have. (The page is tried in translator.slow.test.ts.)
import { describe, expect, test } from "vitest";
import { bytePairTokenizer, wordTokenizer } from "../../../src/data";
import { exportTranslator } from "../../../src/seq2seq";
import { translatorGraphs } from "../../../src/seq2seq/export/translator-graphs";
import * as tf from "../../../src/tf";
import { temporaryFolder } from "../../temporary-folder";
import { makeTranslator } from "./support";

describe.runIf(tf.engineInUse.name === "tensorflow")("exportTranslator", () => {
  const { model, tokenizers } = makeTranslator();
  const words = wordTokenizer("a b", { begin: true, end: true });
  const bytes = bytePairTokenizer("aaa bbb", { vocabularySize: 260 });
  const size = model.embedding.vocabularySize;

  test.each<[string, object, object, string]>([
    [
      "byte pairs to read",
      { source: bytes },
      {},
      "tokenizers.source: expected a tokenizer of words or of characters.*got one of byte pairs",
    ],
    [
      "byte pairs to write",
      { target: bytes },
      {},
      "tokenizers.target: expected a tokenizer of words or of characters.*got one of byte pairs",
    ],
    [
      "another vocabulary than the model's",
      { target: words },
      {},
      `tokenizers.target: expected the model's: ${size} tokens, begin 2 and end 3, got 5 tokens`,
    ],
    [
      "more words to read than the encoder's table has",
      { source: wordTokenizer(Array.from({ length: 40 }, (_, i) => `w${i}`).join(" ")) },
      {},
      "exportTranslator: tokenizers.source: expected tokens that the model's encoder can read: an index from 0 to .*, got 41 tokens",
    ],
    ["a beam of no hypothesis", {}, { beamWidth: 0 }, "beamWidth: expected a whole number of at least 1, got number 0"],
    [
      "half a token",
      {},
      { maximumLength: 1.5 },
      "maximumLength: expected a whole number of at least 1, got number 1.5",
    ],
    ["a negative penalty", {}, { lengthPenalty: -1 }, "lengthPenalty: expected a number from 0 up, got number -1"],
    [
      "what the page's search does not have",
      {},
      { coveragePenalty: 1 },
      "options: expected .*, got also coveragePenalty",
    ],
  ])("refuses %s", async (_, others, options, message) => {
    const given = exportTranslator(model, { ...tokenizers, ...others }, temporaryFolder(), {
      maximumLength: 9,
      ...options,
    });
    await expect(given).rejects.toThrow(new RegExp(message));
  });

  test("refuses a model that is disposed, or whose logits are NaN", async () => {
    const made = makeTranslator();
    const exported = () => exportTranslator(made.model, made.tokenizers, temporaryFolder(), { maximumLength: 9 });
    const bias = made.model.variables.at(-1) as tf.Variable;
    bias.assign(tf.fill(bias.shape, Number.NaN));
    await expect(exported()).rejects.toThrow("exportTranslator: model: expected one whose head gives a finite logit");
    tf.dispose([...made.model.variables]);
    await expect(exported()).rejects.toThrow(
      "exportTranslator: model: expected a model with its weights, got a disposed",
    );
  });

  test("each graph has the weights that it uses, and no others", () => {
    const { encoder, decoder, attends } = translatorGraphs(model, model.weights ?? {});
    const weightsOf = ({ writer }: typeof encoder) =>
      writer.nodes.map((node) => node.getName()).filter((name) => name.startsWith("weights/"));
    const [reads, writes] = [weightsOf(encoder), weightsOf(decoder)];
    expect(reads.every((name) => /^weights\/(sourceWords|encoder)\//.test(name))).toBe(true);
    expect(writes.some((name) => /^weights\/(sourceWords|encoder)\//.test(name))).toBe(false);
    expect(new Set([...reads, ...writes]).size).toBe(model.variables.length);
    expect(attends).toBe(true);
  });
});
