import { expect, test } from "vitest";
import { isEmbeddedReber, oneHotLetters, padSequences, Random, REBER_LETTERS, reberExamples } from "../../../src/data";
import { embeddedReberString, spoiltReberString } from "../../../src/data/synthetic/reber";
import { dataErrorOf } from "../support";

/** The grammar as a regular expression, written from its drawing; it shares no line with the generator. */
const EMBEDDED = /^B([TP])B(?:TS*X(?:XT*VP)*(?:S|XT*VV)|PT*V(?:V|P(?:XT*VP)*(?:S|XT*VV)))E\1E$/;

const COUNT = 20_000;
const { strings, x, y } = reberExamples({ count: COUNT, seed: 1 });
const good = strings.filter((_, i) => y.data[i] === 1);
const bad = strings.filter((_, i) => y.data[i] === 0);

test("reberExamples({ count }): half of the strings belong to the grammar, by a recogniser of its own, the others do not", () => {
  expect([good.length, bad.length]).toEqual([COUNT / 2, COUNT / 2]);
  expect(good.filter((text) => !EMBEDDED.test(text))).toEqual([]);
  expect(bad.filter((text) => EMBEDDED.test(text))).toEqual([]);
});

test("isEmbeddedReber(text) ≡ the regular expression, also for strings with several wrong letters", () => {
  const random = new Random(2);
  const mangled = strings.map((text) => {
    const letters = [...text];
    for (let i = random.integer(3); i >= 0; i--) {
      letters[random.integer(letters.length)] = REBER_LETTERS.charAt(random.integer(7));
    }
    return letters.slice(random.integer(8) === 0 ? 1 : 0).join("");
  });
  const judged = [...strings, ...mangled, "", "BTE", "BTBTXSETEE", "BTBTXSE"];
  expect(judged.filter((text) => isEmbeddedReber(text) !== EMBEDDED.test(text))).toEqual([]);
  expect(mangled.filter((text) => EMBEDDED.test(text)).length).toBeGreaterThan(100); // some letters came back as they were
});

test("isEmbeddedReber(text) tells the book's pair apart, which differs in the last letter but one", () => {
  expect(isEmbeddedReber("BPBTSSSSSSSXXTTVPXVPXTTTTTVVETE")).toBe(false);
  expect(isEmbeddedReber("BPBTSSSSSSSXXTTVPXVPXTTTTTVVEPE")).toBe(true);
});

test("lengths have the distribution of the grammar's choices: 9 for one string in four, 12 on average", () => {
  // From E back: e6 = 1, e5 = 1 + e4/2 + e6/2, e4 = 1 + e3/2 + e6/2, e3 = 2 + e5, e2 = 2 + e4, e0 = 2 + e2/2 + e3/2 = 8.
  const mean = good.reduce((sum, { length }) => sum + length, 0) / good.length;
  expect(Math.abs(mean - 12)).toBeLessThan(0.15); // a standard error is about 0.04
  expect(Math.min(...good.map(({ length }) => length))).toBe(9);
  const shortest = good.filter(({ length }) => length === 9).length / good.length;
  expect(Math.abs(shortest - 1 / 4)).toBeLessThan(0.02); // BTXSE and BPVVE, 1/8 each
  expect(Math.abs(good.filter((text) => text[1] === "T").length / good.length - 1 / 2)).toBeLessThan(0.02);
});

test("spoiltReberString(random) differs from a good string in one letter, at any position", () => {
  const [spoiling, drawing] = [new Random(3), new Random(3)]; // the same draws: the same good string
  const positions = new Set<number>();
  for (let i = 0; i < 300; i++) {
    const seed = spoiling.integer(1e9);
    const [spoilt, source] = [spoiltReberString(new Random(seed)), embeddedReberString(new Random(seed))];
    expect(seed).toBe(drawing.integer(1e9));
    const different = [...spoilt].flatMap((letter, at) => (letter === source[at] ? [] : [at]));
    expect([spoilt.length, different.length]).toEqual([source.length, 1]);
    positions.add(different[0] as number);
  }
  expect([...positions].filter((at) => at < 9).length).toBe(9);
});

test("reberExamples({ count, seed }): the same seed gives the same strings; a longer set begins with the shorter one", () => {
  expect(reberExamples({ count: 50, seed: 1 }).strings).toEqual(strings.slice(0, 50));
  expect(reberExamples({ count: 50, seed: 2 }).strings).not.toEqual(strings.slice(0, 50));
});

test("oneHotLetters(text) gives one-hot rows, in the order BEPSTVX", () => {
  expect(oneHotLetters("BXE").shape).toEqual([3, 7]);
  expect([...oneHotLetters("BXE").data]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
  x.slice(0, 200).forEach(({ data, shape }, i) => {
    const text = Array.from({ length: shape[0] as number }, (_, at) => {
      return REBER_LETTERS.charAt(data.subarray(at * 7, at * 7 + 7).indexOf(1));
    });
    expect(text.join("")).toBe(strings[i]);
  });
});

test("padSequences(sequences) gives one array with zeros past the ends, and the lengths", () => {
  const padded = padSequences([oneHotLetters("B"), oneHotLetters("BE")]);
  expect(padded.x.shape).toEqual([2, 2, 7]);
  expect([...padded.x.data].flatMap((value, i) => (value === 1 ? [i] : []))).toEqual([0, 14, 22]);
  expect([...padded.lengths.data]).toEqual([1, 2]);
});

test("another letter, other features and an impossible count are refused", async () => {
  const letter = await dataErrorOf(() => oneHotLetters("BQ"));
  expect(letter.message).toBe("oneHotLetters: letter 1: expected one of BEPSTVX, got Q");
  const wide = { data: new Float32Array(4), shape: [1, 4] };
  const features = await dataErrorOf(() => padSequences([oneHotLetters("B"), wide]));
  expect(features.message).toBe("padSequences: sequences[1]: expected [nSteps, 7], got [1, 4]");
  expect((await dataErrorOf(() => padSequences([]))).field).toBe("sequences");
  expect((await dataErrorOf(() => reberExamples({ count: -1 }))).field).toBe("count");
});
