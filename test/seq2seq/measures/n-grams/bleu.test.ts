import { expect, test } from "vitest";
import { type BleuOptions, bleu, sentenceBleu } from "../../../../src/seq2seq";
import { pairedBootstrap } from "../../../../src/train";
import { type Case, digest, golden, linesOf, relativeError, sumsOfSample } from "../golden";

/** sacreBLEU's options by our names. */
function optionsOf({ options }: Case): BleuOptions {
  const names = {
    tokenize: "tokenize",
    smooth_method: "smoothing",
    smooth_value: "smoothValue",
    lowercase: "lowercase",
  };
  const all: Record<string, string> = { ...names, max_ngram_order: "maxNgramOrder", effective_order: "effectiveOrder" };
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [all[name] ?? name, value]));
}

// Logarithms and the exponential come from the C library there and from V8 here. A last bit of a mean of logarithms near 4.6 is
// four of the score, and sacreBLEU's own last bits differ between Pythons, whose `sum` of floats changed in 3.12.
const LAST_BITS = 16 * Number.EPSILON;

test("bleu(hypotheses, references, options) gives sacreBLEU's score, line and signature over 1,000 lines of ten scripts", () => {
  expect(linesOf("all", false).hypotheses.length).toBe(1000);
  for (const wanted of golden.bleu) {
    const { hypotheses, references } = linesOf(wanted.lines, wanted.several);
    const { score, text, signature, precisions, brevityPenalty, counts, totals, ...rest } = bleu(
      hypotheses,
      references,
      optionsOf(wanted),
    );
    const name = `${wanted.lines} ${JSON.stringify(wanted.options)}`;
    expect([digest(rest.statistics), text, signature], name).toEqual([
      wanted.statistics,
      wanted.text,
      wanted.signature,
    ]);
    expect([rest.hypothesisLength, rest.referenceLength, ...counts, ...totals], name).toEqual(wanted.sums);
    expect(precisions, name).toEqual(wanted.precisions);
    expect(relativeError([score, brevityPenalty], [wanted.score, wanted.bp]), name).toBeLessThanOrEqual(LAST_BITS);
  }
});

test("sentenceBleu(hypothesis, references) gives sacreBLEU's score of each line, by each smoothing", () => {
  for (const [script, rows] of Object.entries(golden.sentences)) {
    const { hypotheses, references } = linesOf(script, true);
    const scores = hypotheses.map((hypothesis, i) => {
      const reference = references[i] ?? "";
      const score = (options: BleuOptions) => sentenceBleu(hypothesis, reference, options).score;
      return [
        score({}),
        score({ smoothing: "floor", tokenize: "intl" }),
        score({ smoothing: "add-k" }),
        score({ smoothing: "none", tokenize: "char" }),
      ];
    });
    const wanted = rows.map((row) => row.slice(0, 4));
    expect(relativeError(scores.flat(), wanted.flat())).toBeLessThanOrEqual(LAST_BITS);
  }
});

test("by hand: 6 of 7 words, 4 of 6 pairs, 2 of 5, 1 of 4; a short hypothesis is punished by e^(1 − r/h)", () => {
  const { score, precisions } = bleu(["The cat sat on the mat."], ["The cat sat on a mat."]);
  expect(precisions).toEqual([600 / 7, 400 / 6, 200 / 5, 100 / 4]);
  expect(score).toBeCloseTo(100 * ((6 / 7) * (4 / 6) * (2 / 5) * (1 / 4)) ** 0.25, 10);
  const two = bleu(
    ["The cat sat on the mat.", "I am cold."],
    ["The cat sat on a mat.", ["I am cold.", "I feel cold."]],
  );
  expect(two.text).toMatch(/^BLEU = 63\.40 /);
  expect(two.signature).toBe("nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0");
  expect(sentenceBleu("I am cold.", "I feel cold.").score).toBeCloseTo(
    100 * ((3 / 4) * (1 / 3) * (1 / 4) * (1 / 4)) ** 0.25,
    10,
  );
  const short = bleu(["a b c d"], ["a b c d e"], { tokenize: "none" });
  expect(short.score).toBeCloseTo(100 * Math.exp(1 - 5 / 4), 10);
});

test("scoreOf(sums) is sacreBLEU's score of resampled lines; pairedBootstrap compares two hypotheses of the same lines", () => {
  const { lines, indices, bleu: wanted } = golden.resampled;
  const { hypotheses, references } = linesOf(lines, false);
  const ours = bleu(hypotheses, references, { tokenize: "intl" });
  const scores = indices.map((sample) => ours.scoreOf(sumsOfSample(ours.statistics, sample)));
  expect(relativeError(scores, wanted)).toBeLessThanOrEqual(LAST_BITS);
  const others = bleu(
    hypotheses.map((line) => line.toUpperCase()),
    references,
    { tokenize: "intl" },
  );
  const { difference, low, high } = pairedBootstrap(ours, others, { samples: 300, seed: 3 });
  expect(difference).toBeCloseTo(ours.score - others.score, 10);
  expect(low).toBeGreaterThan(0);
  expect([low < difference, difference < high]).toEqual([true, true]);
  expect(() => pairedBootstrap(ours, bleu(hypotheses, references))).toThrow(
    "second: expected the same measure as first",
  );
});

test("nothing right is 0, all is right is 100; empty lines count", () => {
  expect(bleu(["x"], ["y"]).score).toBe(0);
  expect(bleu([""], ["y"])).toMatchObject({ score: 0, brevityPenalty: 0, hypothesisLength: 0, referenceLength: 1 });
  expect(bleu(["", "a b c d"], ["", "a b c d"]).score).toBeCloseTo(100, 10);
  expect(bleu([""], [""]).text).toBe("BLEU = 0.00 0.0/0.0/0.0/0.0 (BP = 1.000 ratio = 0.000 hyp_len = 0 ref_len = 0)");
});

test("the printed line rounds a tie to the even digit, as Python does: 1 of 16 is 6.2, 3 of 16 is 18.8", () => {
  const words = "a b c d e f g h i j k l m n o p";
  expect(bleu([words], ["a"], { maxNgramOrder: 1 }).text).toContain(" 6.2 (");
  expect(bleu([words], ["a b c"], { maxNgramOrder: 1 }).text).toContain(" 18.8 (");
});

test("bleu refuses lists that do not fit, what is no text, and options that are unknown or would change nothing", () => {
  const wrong = (value: unknown) => value as string[];
  expect(() => bleu([], [])).toThrow("bleu: hypotheses: expected at least one line, got none");
  expect(() => bleu(["a", "b"], [["a", "b"]])).toThrow("references: expected 2 entries, one for each hypothesis");
  expect(() => bleu(["a"], [[]])).toThrow("references[0]: expected at least one reference, got none");
  expect(() => bleu(wrong("a"), ["a"])).toThrow("hypotheses: expected a list, a text for each line, got string a");
  expect(() => bleu(["a"], wrong(undefined))).toThrow("references: expected a list");
  expect(() => bleu(wrong(["a", null]), ["a", "b"])).toThrow("hypotheses[1]: expected a text, got null");
  expect(() => bleu(["a"], [wrong(["a", 3])])).toThrow("references[0][1]: expected a text, got number 3");
  const options = (value: unknown) => () => bleu(["a"], ["a"], value as BleuOptions);
  expect(options({ tokenizer: "intl" })).toThrow("also tokenizer");
  expect(options({ tokenize: "zh" })).toThrow(
    'options.tokenize: expected "13a" or "intl" or "char" or "none", got string zh',
  );
  expect(options({ smoothing: "add" })).toThrow("options.smoothing");
  expect(options({ smoothValue: 1 })).toThrow(
    'options.smoothValue: expected no value with smoothing: "exp", got number 1',
  );
  expect(options({ smoothing: "floor", smoothValue: -1 })).toThrow("options.smoothValue: expected a number from 0 up");
  expect(options({ lowercase: "false" })).toThrow("options.lowercase: expected true or false");
  expect(options({ effectiveOrder: 1 })).toThrow("options.effectiveOrder");
  expect(options({ maxNgramOrder: 0 })).toThrow("maxNgramOrder");
  expect(() => sentenceBleu("a", wrong(3))).toThrow("sentenceBleu: references[0]: expected a text, got number 3");
});
