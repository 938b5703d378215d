import { expect, test } from "vitest";
import { type ChrFOptions, chrF } from "../../../../src/seq2seq";
import { type Case, digest, golden, linesOf, sumsOfSample } from "../golden";

/** sacreBLEU's options by our names. */
function optionsOf({ options }: Case): ChrFOptions {
  const names: Record<string, string> = {
    char_order: "charOrder",
    word_order: "wordOrder",
    eps_smoothing: "epsSmoothing",
  };
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [names[name] ?? name, value]));
}

test("chrF(hypotheses, references, options) is sacreBLEU's chrF, chrF+ and chrF++ bit for bit over 1,000 lines of ten scripts", () => {
  for (const wanted of golden.chrF) {
    const { hypotheses, references } = linesOf(wanted.lines, wanted.several);
    const { score, text, signature, statistics } = chrF(hypotheses, references, optionsOf(wanted));
    expect([digest(statistics), score, text, signature], `${wanted.lines} ${JSON.stringify(wanted.options)}`).toEqual([
      wanted.statistics,
      wanted.score,
      wanted.text,
      wanted.signature,
    ]);
  }
});

test("chrF of a single line is sacreBLEU's sentence score, bit for bit", () => {
  for (const [script, rows] of Object.entries(golden.sentences)) {
    const { hypotheses, references } = linesOf(script, true);
    const scores = hypotheses.map((line, i) => chrF([line], [references[i] ?? ""], { wordOrder: 2 }).score);
    expect(scores).toEqual(rows.map((row) => row[4]));
  }
});

test("scoreOf(sums) is sacreBLEU's score of resampled lines", () => {
  const { lines, indices, chrF: wanted } = golden.resampled;
  const { hypotheses, references } = linesOf(lines, false);
  const { statistics, scoreOf } = chrF(hypotheses, references, { wordOrder: 2 });
  expect(indices.map((sample) => scoreOf(sumsOfSample(statistics, sample)))).toEqual(wanted);
});

test("by hand: one order, precision 2/4 and recall 2/2 is 5·P·R / (4P + R)", () => {
  expect(chrF(["abxy"], ["ab"], { charOrder: 1 }).score).toBeCloseTo((100 * 5 * 0.5) / (4 * 0.5 + 1), 10);
  const [hypotheses, references] = [["The cat sat on the mat."], ["The cat sat on a mat."]];
  expect(chrF(hypotheses, references).text).toBe("chrF2 = 71.42");
  expect(chrF(hypotheses, references, { wordOrder: 2 }).text).toBe("chrF2++ = 72.66");
  expect(chrF(["a b"], ["ab"]).score).toBe(100); // white space does not count
  expect(chrF([""], [""]).score).toBe(0);
});

test("chrF refuses what bleu refuses, and options that are unknown or out of range", () => {
  expect(() => chrF([], [])).toThrow("chrF: hypotheses: expected at least one line, got none");
  expect(() => chrF(["a"], ["a", "b"])).toThrow("references: expected 1 entries");
  const options = (value: unknown) => () => chrF(["a"], ["a"], value as ChrFOptions);
  expect(options({ order: 2 })).toThrow("also order");
  expect(options({ wordOrder: -1 })).toThrow("options.wordOrder");
  expect(options({ beta: 0.5 })).toThrow("options.beta");
  expect(options({ charOrder: 0 })).toThrow("options.charOrder: expected at least one order of characters or words");
  expect(options({ whitespace: "no" })).toThrow("options.whitespace: expected true or false");
});
