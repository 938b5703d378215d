// The page's script, run here, beside the library. (In Chromium: translator.slow.test.ts.)
import { describe, expect, test } from "vitest";
import { type ExportTranslatorOptions, translate } from "../../../src/seq2seq";
import * as tf from "../../../src/tf";
import { pageOf } from "./page";
import { makeTranslator } from "./support";

const SENTENCES = ["I am cold .", "you were late", "we are here . he was tired . I am late", "a zebra is happy"];

describe.runIf(tf.engineInUse.name === "tensorflow")("exportTranslator: the page", () => {
  test("writes what translate writes with the same options, words, tokens and looks", async () => {
    const made = makeTranslator();
    const options: ExportTranslatorOptions = { maximumLength: 9, beamWidth: 3, lengthPenalty: 1.5 };
    const page = await pageOf(made, options);
    const right = await translate(made.model, made.tokenizers, SENTENCES, { ...options, compiled: false });
    expect(new Set(right.map(({ text }) => text)).size).toBeGreaterThan(2);
    for (const [i, sentence] of SENTENCES.entries()) {
      const { text, tokens, alignments, reason } = await page(sentence);
      const { text: own, targetTokens, reason: why, alignments: looks } = right[i] as (typeof right)[number];
      expect([text, tokens, reason]).toEqual([own, targetTokens, why]);
      expect(alignments.map(({ length }) => length)).toEqual(targetTokens.map(() => looks?.shape[1]));
      alignments.flat().forEach((weight, at) => {
        expect(weight).toBeCloseTo(looks?.data[at] as number, 4);
      });
    }
  });
});
