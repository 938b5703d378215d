import { expect, test } from "vitest";
import {
  analogy,
  analogyAccuracy,
  mostSimilar,
  type Neighbour,
  similarity,
  wordSimilarityScore,
  wordVector,
} from "../../../src/data";
import { dataErrorOf } from "../support";
import { all, golden, vectorsOf } from "./support";

/** Without the vector of zeros, of which gensim makes NaN. */
const near = vectorsOf(
  Object.fromEntries(all.words.filter((w) => w !== "zero").map((w) => [w, [...wordVector(all, w)]])),
);

function expectFound(found: readonly Neighbour[], expected: readonly Neighbour[]): void {
  expect(found.map(({ word }) => word)).toEqual(expected.map(({ word }) => word));
  found.forEach(({ similarity }, i) => {
    expect(similarity).toBeCloseTo(expected[i]?.similarity as number, 6);
  });
}

test("similarity(vectors, a, b) is gensim's", () => {
  expect(golden.similarity.length).toBe(40);
  for (const { a, b, value } of golden.similarity) expect(similarity(near, a, b)).toBeCloseTo(value, 6);
});

test("mostSimilar(vectors, word or vector) is gensim's", () => {
  expect(golden.mostSimilar.length).toBe(12);
  for (const { word, found } of golden.mostSimilar) expectFound(mostSimilar(near, word, { count: 5 }), found);
  expectFound(mostSimilar(near, golden.ofVector.vector, { count: 8 }), golden.ofVector.found);
});

test("analogy(vectors, a, b, c) is gensim's 3CosAdd, without the three given words", () => {
  expect(golden.analogy.length).toBe(12);
  for (const { abc, found } of golden.analogy) expectFound(analogy(near, ...abc, { count: 4 }), found);
});

test("analogyAccuracy(vectors, questions) counts as gensim does, with and without regard to capital letters", () => {
  for (const kind of ["folded", "exact"] as const) {
    const { accuracy, counts } = golden.accuracy[kind];
    const found = analogyAccuracy(near, golden.questions, { caseInsensitive: kind === "folded" });
    expect(found.accuracy).toBeCloseTo(accuracy, 12);
    const { "Total accuracy": total, ...categories } = counts;
    expect([found.correct, found.asked, found.skipped]).toEqual([
      ...(total ?? []),
      golden.questions.length - (total?.[1] ?? 0),
    ]);
    expect(Object.fromEntries(found.categories.map((each) => [each.category, [each.correct, each.asked]]))).toEqual(
      categories,
    );
  }
});

test("wordSimilarityScore(vectors, pairs) is gensim's correlation, and counts what it skipped", () => {
  for (const kind of ["folded", "exact"] as const) {
    const { correlation, skippedPercent } = golden.judgement[kind];
    const found = wordSimilarityScore(near, golden.pairs, { caseInsensitive: kind === "folded" });
    expect(found.correlation).toBeCloseTo(correlation, 6);
    expect(found.used + found.skipped).toBe(golden.pairs.length);
    expect((100 * found.skipped) / golden.pairs.length).toBeCloseTo(skippedPercent, 9);
  }
});

test("mostSimilar gives all other words when there are fewer than count, the earlier of equal ones first", () => {
  const vectors = vectorsOf({ east: [1, 0], north: [0, 2], up: [0, 3], west: [-1, 0], nowhere: [0, 0] });
  const found = mostSimilar(vectors, "east", { count: 9 });
  expect(found.map(({ word }) => word)).toEqual(["north", "up", "nowhere", "west"]);
  expect(found.map(({ similarity }) => similarity)).toEqual([0, 0, 0, -1]);
  expect(mostSimilar(vectors, "east", { count: 2 }).map(({ word }) => word)).toEqual(["north", "up"]);
});

test("analogyAccuracy of no question that can be asked is NaN, and the skipped ones are counted", () => {
  const found = analogyAccuracy(near, [{ category: "x", a: "no", b: "such", c: "words", d: "here" }]);
  expect(found).toEqual({
    ...{ correct: 0, asked: 0, skipped: 1, accuracy: Number.NaN },
    categories: [{ category: "x", correct: 0, asked: 0, skipped: 1, accuracy: Number.NaN }],
  });
});

test("bad words, vectors and counts are refused by name", async () => {
  const messageOf = async (call: () => unknown) => (await dataErrorOf(call)).message;
  const vectors = vectorsOf({ a: [1, 0], b: [0, 1], zero: [0, 0] });
  const twice = { ...vectors, words: ["a", "b", "a"] };
  const short = { ...vectors, words: ["a", "b"] };
  const broken = vectorsOf({ a: [1, 0], b: [Number.NaN, 1] });
  expect(await messageOf(() => mostSimilar(vectors, "c"))).toBe(
    'mostSimilar: word: expected one of the 3 words, got "c"',
  );
  expect(await messageOf(() => analogy(vectors, "a", "b", "c"))).toMatch(/^analogy: c: .*got "c"/);
  expect(await messageOf(() => similarity(vectors, "a", "zero"))).toMatch(/vector of "zero": .*got zeros alone/);
  expect(await messageOf(() => similarity(vectors, "a", [1, 2, 3]))).toMatch(/b: .*2 numbers, got 3 numbers/);
  expect(await messageOf(() => mostSimilar(broken, "a"))).toMatch(/vector of "b": expected finite numbers/);
  expect(await messageOf(() => mostSimilar(vectors, "a", { count: 0 }))).toMatch(/count: .*got 0/);
  expect(await messageOf(() => wordVector(twice, "a"))).toMatch(/word 2: .*got "a", as word 0/);
  expect(await messageOf(() => wordVector(short, "a"))).toMatch(/a row for each of the 2 words, got \[3, 2\]/);
  expect(
    await messageOf(() => wordSimilarityScore(vectors, [{ first: "a", second: "b", score: Number.NaN }])),
  ).not.toBe("");
});
