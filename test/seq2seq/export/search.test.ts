// The page's search, with a model that is a table: what follows each token.
import { describe, expect, test } from "vitest";
import { type SearchRules, search } from "../../../src/seq2seq/export/page/search";

const RULES: SearchRules = { begin: 0, end: 1, beamWidth: 1, maximumLength: 5, lengthPenalty: 0 };

/** Probabilities of the tokens after each token. The likeliest first token leads to an unlikely end. */
const TABLE = [
  [0.9, 0.1, 0.5, 0.4, 0], // after begin, which is never written, however likely
  [1, 0, 0, 0, 0], // after end: never asked
  [0, 0.2, 0, 0.4, 0.4], // after 2
  [0, 0.9, 0.05, 0, 0.05], // after 3
  [0, 0.3, 0.3, 0.3, 0.1], // after 4
].map((row) => row.map((p) => Math.log(p) + 3)); // logits are probabilities up to a constant

function table() {
  const asked: { tokens: readonly number[]; parents: readonly number[] }[] = [];
  const run = async (tokens: readonly number[], parents: readonly number[]) => {
    asked.push({ tokens, parents });
    const logits = tokens.flatMap((token) => TABLE[token] ?? []);
    return { logits, alignments: tokens.flatMap((token) => [token / 10, 1 - token / 10]) };
  };
  return { asked, run };
}

/** The best sequence of all, by trying each. */
function exhaustive({ maximumLength, lengthPenalty, end, begin }: SearchRules) {
  const penalty = (length: number) => ((5 + length) / 6) ** lengthPenalty;
  let best = { score: Number.NEGATIVE_INFINITY, ids: [] as number[] };
  const go = (ids: number[], logProb: number) => {
    if (ids.length === maximumLength) {
      const score = logProb / penalty(ids.length);
      if (score > best.score) best = { score, ids };
      return;
    }
    (TABLE[ids.at(-1) ?? begin] ?? []).forEach((logit, token) => {
      if (token === begin) return;
      const next = logProb + logit - 3;
      if (token !== end) {
        go([...ids, token], next);
        return;
      }
      const score = next / penalty(ids.length + 1);
      if (score > best.score) best = { score, ids };
    });
  };
  go([], 0);
  return best.ids;
}

describe("search(rules, run)", () => {
  test("never writes a token without a text", async () => {
    const { run } = table();
    expect((await search({ ...RULES, textless: [3] }, run)).ids).toEqual([2, 4]); // without the 3: 4, whose end is as likely as 2
  });

  test("of width 1 takes the likeliest token each time, up to the maximum", async () => {
    const { asked, run } = table();
    const found = await search(RULES, run);
    expect(found).toMatchObject({ ids: [2, 3], reason: "end" });
    expect(found.alignments).toEqual([
      [0, 1],
      [0.2, 0.8],
    ]);
    expect(asked.map(({ tokens }) => tokens)).toEqual([[0], [2], [3]]);
    expect(await search({ ...RULES, maximumLength: 1 }, run)).toMatchObject({ ids: [2], reason: "length" });
  });

  test.each([0, 0.6, 1])("of a wide beam finds the best of all sequences, length penalty %d", async (lengthPenalty) => {
    const rules = { ...RULES, beamWidth: 400, maximumLength: 4, lengthPenalty };
    expect((await search(rules, table().run)).ids).toEqual(exhaustive(rules));
  });

  test("asks for the hypotheses that go on alone, each with the row that it continues", async () => {
    const { asked, run } = table();
    expect(await search({ ...RULES, beamWidth: 2 }, run)).toMatchObject({ ids: [3], reason: "end" });
    expect(asked[0]).toEqual({ tokens: [0], parents: [0] });
    expect(asked[1]).toEqual({ tokens: [2, 3], parents: [0, 0] });
    for (const { tokens } of asked) expect(tokens).not.toContain(RULES.end);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses a logit that is %d", async (logit) => {
    const run = async () => ({ logits: [0, 0, logit, 0, 0] });
    for (const beamWidth of [1, 3]) {
      await expect(search({ ...RULES, beamWidth }, run)).rejects.toThrow("The model's numbers are NaN or infinite");
    }
  });
});
