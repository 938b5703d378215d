// No number in the notebooks' prose describes one run: each is a setting, a bound of a claim, a reference, or a listed fact.
import { expect, test } from "vitest";
import { evaluated } from "../../../scripts/checks/numbers/forms.mts";
import type { Known } from "../../../scripts/checks/numbers/known.mts";
import { unpinnedNumbers } from "../../../scripts/checks/numbers/main.mts";

const SETTINGS = "const numUnits = 150;\nconst rates = [0.01, 3];";
const CLAIMS = `check({ error: { value: error, atMost: 0.8 }, right: { value: right, atLeast: setting({ quick: 0.5, full: 0.98 }) }, bits });`;
const BITS = "const bits = { value: testBits, below: 2.1 };";

/** What is wrong with a notebook of that prose, and of the code above. */
const problems = (prose: string, known: readonly Known[] = []) =>
  unpinnedNumbers(
    "n",
    {
      cells: [prose, SETTINGS, CLAIMS, BITS].map((source, i) => ({ cell_type: i === 0 ? "markdown" : "code", source })),
    },
    known,
  );

test.each([
  "The error is 0.12 here.",
  "It is 3 times as fast.", // 3 is a setting, but no claim
  "It takes 150 seconds.",
  "It needs 1 % of the memory.",
  "The error is 25 % below the other.",
  "Right in 97 of 100 cases.",
  "It has (28 + 150) · 150 = 26,701 parameters.",
  "In 2017 words it is worse.",
])("a number that nothing pins: %s", (prose) => {
  expect(problems(prose)).not.toEqual([]);
});

test.each([
  "A layer of 150 units learns with a rate of 0.01.",
  "The error is at least 20 % below the other: at most 0.8.",
  "Right in at least 98 of 100 cases, or in 98 %.",
  "At most 2.10 bits.",
  "(150 + 3) · 150 = 22,950 weights, and 3 + 150 = 153.",
  "Chapter 14 of the 1st edition, exercise 7; see notebook 06, TensorFlow 1.x and TensorFlow 2, word2vec, text8, SimLex-999.",
  "(Cho et al. 2014), Glorot and Bengio (2010), (Mikolov et al. 2013b), (ACL 2005), a formula of the 1940s.",
  "Gates lie between 0 and 1.\n\n1. First\n2. Second\n\n**12.** Bold, `x = 17`, $y^{17}$, [a link](17-a.ipynb).\n\n```ts\n17;\n```",
])("numbers that are pinned: %s", (prose) => {
  expect(problems(prose)).toEqual([]);
});

test("a message names the notebook, the cell, the number and the words around it", () => {
  expect(problems("The error is 0.12 here.")).toEqual(['n, cell 0: 0.12 is not pinned: "The error is 0.12 here."']);
});

test("a listed phrase pins its numbers; it must stand in the notebook, and its computed values must be those it says", () => {
  const values = () => [1 / (1 + Math.exp(-1))];
  const why = "σ(1)";
  expect(problems("The gate begins near 0.73.", [{ phrase: "near 0.73", why, values }])).toEqual([]);
  expect(problems("The gate begins near 0.74.", [{ phrase: "near 0.74", why, values }])[0]).toMatch(
    /says 0.74, and it is 0.73105/,
  );
  expect(problems("Another sentence.", [{ phrase: "near 0.73", why }])).toEqual([
    'n: no cell says "near 0.73", which known.mts lists',
  ]);
  expect(problems("Near 0.73, and 0.73 again.", [{ phrase: "Near 0.73", why }])).toHaveLength(1);
});

test("evaluated(sum) knows + − · × and parentheses", () => {
  expect(["4 · ((28 + 150) · 150 + 150)", "10 × 4", "1,000 − 2 − 3", "(1 + 2"].map(evaluated)).toEqual([
    107_400,
    40,
    995,
    Number.NaN,
  ]);
});
