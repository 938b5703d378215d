import { expect, test } from "vitest";
import { editDistance, exactMatch, rougeL, wordErrorRate } from "../../../src/seq2seq";
import { splitWords } from "../../../src/seq2seq/measures/python-text";
import { golden, linesOf } from "./golden";

const single = (script: string) => {
  const { hypotheses, references } = linesOf(script, false);
  return { hypotheses, references: references.map(String) };
};

test("editDistance(hypotheses, references, { unit, normalized }) is RapidFuzz's, of code points and of words", () => {
  for (const { lines, characters, words, normalized } of golden.distances) {
    const { hypotheses, references } = single(lines);
    expect(Array.from(editDistance(hypotheses, references).values)).toEqual(characters);
    expect(Array.from(editDistance(hypotheses, references, { unit: "words" }).values)).toEqual(words);
    const { values, score } = editDistance(hypotheses, references, { normalized: true });
    expect(Array.from(values, (value) => Number(value.toFixed(12)))).toEqual(normalized);
    expect(score).toBeCloseTo(normalized.reduce((sum, value) => sum + value, 0) / normalized.length, 10);
  }
});

test("wordErrorRate(hypotheses, references) is jiwer's, of words and of characters", () => {
  for (const { lines, wordErrorRate: words, characterErrorRate: characters } of golden.distances) {
    const { hypotheses, references } = single(lines);
    const clean = references.flatMap((reference, i) => {
      const [right, ours] = [reference, hypotheses[i] ?? ""].map((line) => splitWords(line).join(" "));
      return right && ours !== undefined ? [[ours, right] as const] : [];
    });
    const [ours, right] = [clean.map(([hypothesis]) => hypothesis), clean.map(([, reference]) => reference)];
    expect(wordErrorRate(ours, right).score).toBeCloseTo(words, 14);
    expect(wordErrorRate(ours, right, { unit: "characters" }).score).toBeCloseTo(characters, 14);
  }
});

test("wordErrorRate divides the edits of all lines by the words of all references; a hypothesis may be much too long", () => {
  expect(wordErrorRate(["i am told", "go"], ["i am cold today", "go"]).score).toBe(0.4);
  expect(wordErrorRate(["a b c d", ""], ["a", "x y"])).toMatchObject({ score: 5 / 3, edits: 5, referenceLength: 3 });
  expect(() => wordErrorRate(["a"], [""])).toThrow("references: expected at least one word, got only empty lines");
  expect(() => wordErrorRate(["a"], [["a"]] as unknown as string[])).toThrow("references[0]: expected one text");
  expect(() => wordErrorRate(["a"], ["a"], { unit: "word" as "words" })).toThrow("options.unit");
  expect(() => wordErrorRate(["a"], [])).toThrow("references: expected 1 entries");
});

test("a list with a gap is refused as one with undefined: the gap was no line, and the mean divided by it", () => {
  const gap = new Array<string>(2);
  for (const measure of [editDistance, exactMatch, rougeL, wordErrorRate]) {
    expect(() => measure(gap, ["a", "b"])).toThrow("hypotheses[0]: expected a text");
  }
});

test("exactMatch(hypotheses, references) is the share of equal lines, texts or ids; one of several references is enough", () => {
  const { score, values } = exactMatch(["a", "b", "c ", "é"], ["a", ["x", "b"], "c", "e\u0301"]);
  expect([score, ...values]).toEqual([0.5, 1, 1, 0, 0]);
  const ids = [Int32Array.of(1, 2), Int32Array.of(1), Int32Array.of()];
  expect([...exactMatch(ids, [Int32Array.of(1, 2), Int32Array.of(1, 2), Int32Array.of()]).values]).toEqual([1, 0, 1]);
  const mixed: (string | Int32Array)[] = ["1"];
  expect(() => exactMatch(mixed, [Int32Array.of(1)])).toThrow(
    "exactMatch: references[0]: expected a text, got a Int32Array",
  );
  expect(() => exactMatch([1] as unknown as string[], ["1"])).toThrow("expected a text or an Int32Array of token ids");
});

test("editDistance of ids counts ids; of several references the closest counts; an emoji is one code point", () => {
  expect(editDistance([Int32Array.of(1, 2, 3)], [Int32Array.of(2, 3, 4)]).score).toBe(2);
  expect(editDistance(["kitten"], [["sitting", "kitchen"]]).score).toBe(2);
  expect(editDistance(["😀"], ["😁"]).score).toBe(1);
  expect(editDistance([""], [""], { normalized: true }).score).toBe(0);
  expect(() => editDistance(["a"], ["a"], { unit: "bytes" as "words" })).toThrow("options.unit");
  expect(() => editDistance([], [])).toThrow("editDistance: hypotheses: expected at least one line, got none");
});

test("rougeL(hypotheses, references) is rouge-score's, line by line, with several references too", () => {
  for (const { lines, several, values, precision, recall } of golden.rouge) {
    const { hypotheses, references } = linesOf(lines, several);
    const scores = rougeL(hypotheses, references);
    expect(Array.from(scores.values)).toEqual(values);
    expect(scores.precision).toBeCloseTo(precision, 14);
    expect(scores.recall).toBeCloseTo(recall, 14);
  }
});

test("rougeL says how many lines have text but no token; another tokenizer reads the other scripts", () => {
  expect(rougeL(["привет мир", "a", " "], ["привет мир", "a", ""])).toMatchObject({ score: 1 / 3, withoutTokens: 1 });
  expect(rougeL(["The dog jumps on the log."], ["The quick dog jumps over the log."]).score).toBeCloseTo(10 / 13, 14);
  expect(rougeL(["Il fait très froid."], ["Il fait froid."], { tokenize: "13a" }).score).toBeCloseTo(8 / 9, 14);
  expect(rougeL(["привет мир"], ["привет мир"], { tokenize: "intl" })).toMatchObject({ score: 1, withoutTokens: 0 });
  expect(() => rougeL(["a"], ["a"], { tokenize: "words" as "intl" })).toThrow("options.tokenize");
  expect(() => rougeL(["a"], [])).toThrow("rougeL: references");
});
