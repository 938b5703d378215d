import { expect, test } from "vitest";
import { nextTokenProbabilities } from "../../../src/train";
import { pick } from "../../../src/train/generate/next-token";
import golden from "../../golden/sampling.json";

const logitsOf = (logits: readonly (number | null)[]) => logits.map((logit) => logit ?? Number.NEGATIVE_INFINITY);
const kept = (p: Float64Array) => [...p.keys()].filter((id) => (p[id] as number) > 0);

test("nextTokenProbabilities(logits, options): kept sets and probabilities are Hugging Face's", () => {
  expect(golden.cases.length).toBeGreaterThan(70);
  for (const { logits, options, ...expected } of golden.cases) {
    const p = nextTokenProbabilities(logitsOf(logits), { ...options, previous: golden.previous });
    expect(kept(p), JSON.stringify({ logits, options })).toEqual(expected.kept);
    expect([...p]).toEqual(expected.probabilities.map((value) => expect.closeTo(value, 12)));
  }
});

test("of equally likely tokens top-p keeps as many as Hugging Face, those of the lower ids", () => {
  for (const { logits, options, ...expected } of golden.ties) {
    const p = nextTokenProbabilities(logitsOf(logits), options);
    expect(kept(p), JSON.stringify({ logits, options })).toHaveLength(expected.kept.length);
    const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
    expect(sorted(p)).toEqual(sorted(expected.probabilities).map((value) => expect.closeTo(value, 12)));
  }
  expect([...nextTokenProbabilities([0, 0, 0, 0], { topP: 0.5 })]).toEqual([0.5, 0.5, 0, 0]);
});

test("top-p keeps one token at least, and the set is the smallest one", () => {
  const logits = [0.1, 2, -1, 1.5, 0.3].map((x) => x * 1.7);
  const all = nextTokenProbabilities(logits);
  expect(kept(nextTokenProbabilities(logits, { topP: 1e-12 }))).toEqual([1]);
  expect(nextTokenProbabilities(logits, { topP: 1 })).toEqual(all);
  for (let p = 0.05; p < 1; p += 0.05) {
    const ids = kept(nextTokenProbabilities(logits, { topP: p }));
    const masses = ids.map((id) => all[id] as number);
    const mass = masses.reduce((sum, each) => sum + each, 0);
    expect(mass).toBeGreaterThanOrEqual(p);
    expect(mass - Math.min(...masses)).toBeLessThan(p);
  }
});

test("temperature 0 takes the likeliest token, the first of equal ones; extreme temperatures stay finite", () => {
  expect([...nextTokenProbabilities([1, 5, 5, 2], { temperature: 0 })]).toEqual([0, 1, 0, 0]);
  expect([...nextTokenProbabilities([1, 500, 20], { temperature: 1e-300 })]).toEqual([0, 1, 0]);
  expect([...nextTokenProbabilities([1, 500], { temperature: 1e300 })]).toEqual([0.5, 0.5]);
  const penalised = nextTokenProbabilities([2, 3], { temperature: 0, repetitionPenalty: 2, previous: [1] });
  expect([...penalised]).toEqual([1, 0]);
});

test("suppressed tokens have the probability 0, whatever else", () => {
  const p = nextTokenProbabilities([1, 9, 2], { suppress: [1], topK: 2 });
  expect([...p]).toEqual([1 / (1 + Math.E), 0, Math.E / (1 + Math.E)].map((value) => expect.closeTo(value, 12)));
});

test("logits that are no numbers, and nothing left, are refused", () => {
  const refused = (logits: number[], options: object, message: string) =>
    expect(() => nextTokenProbabilities(logits, options)).toThrow(`nextTokenProbabilities: ${message}`);
  refused([1, Number.NaN], {}, "logits: expected finite numbers, got NaN for token 1");
  refused([Infinity, 0], {}, "logits: expected finite numbers, got Infinity for token 0");
  refused([-Infinity], {}, "logits: expected a token that may come next, got none");
  refused([1, 2], { suppress: [0, 1] }, "logits: expected a token that may come next");
  refused([1], { topk: 1 }, "options: expected");
  refused([1, 2], { previous: [0, 2] }, "previous: expected ids from 0 to 1, got number 2");
  refused([1, 2], { suppress: [-1] }, "suppress: expected ids from 0 to 1, got number -1");
});

test("pick draws by the probabilities, and never a token of probability 0", () => {
  const p = Float64Array.of(0, 0.25, 0, 0.75, 0);
  expect([0, 0.2499, 0.25, 0.9999999999999999].map((draw) => pick(p, draw))).toEqual([1, 1, 3, 3]);
  expect(pick(Float64Array.of(0, 0.3, 0.6999999999999, 0), 0.99999999999999)).toBe(2);
});
