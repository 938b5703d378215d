import { join } from "node:path";
import { expect, test } from "vitest";
import {
  type AnalogyQuestion,
  analogy,
  analogyAccuracy,
  bytePairTokenizer,
  cbowWindows,
  characterTokenizer,
  loadMinTemperatures,
  loadMnist,
  loadSentencePolarity,
  loadShakespeare,
  loadWord2VecFormat,
  loadWordAnalogies,
  loadWordCorpus,
  loadWordSimilarity,
  mostSimilar,
  numericArray,
  saveWord2VecFormat,
  skipGramPairs,
  textLines,
  tokenFile,
  wordSimilarityScore,
} from "../../src/data";
import { dataErrorOf, temporaryFolder } from "./support";

const vectors = { words: ["a", "b", "c"], vectors: numericArray(Float32Array.of(1, 0, 1, 1, 0, 1), [3, 2]) };
const questions: AnalogyQuestion[] = [];
const ids = [1, 2, 3, 4, 5, 6, 7];

/** Options as a program in JavaScript gives them. */
// biome-ignore lint/suspicious/noExplicitAny: what no type allows
type Options = any;
const given = (options: unknown): Options => options;

const calls: Readonly<Record<string, (options: Options) => unknown>> = {
  textLines: (options) => textLines("none.txt", options),
  loadWord2VecFormat: (options) => loadWord2VecFormat("none.txt", options),
  saveWord2VecFormat: (options) => saveWord2VecFormat(join(temporaryFolder(), "vectors.txt"), vectors, options),
  mostSimilar: (options) => mostSimilar(vectors, "a", options),
  analogy: (options) => analogy(vectors, "a", "b", "c", options),
  analogyAccuracy: (options) => analogyAccuracy(vectors, questions, options),
  wordSimilarityScore: (options) => wordSimilarityScore(vectors, [], options),
  skipGramPairs: (options) => skipGramPairs(ids, options),
  cbowWindows: (options) => cbowWindows(ids, options),
  bytePairTokenizer: (options) => bytePairTokenizer("a", options),
  loadMnist,
  loadMinTemperatures,
  loadShakespeare,
  loadWordCorpus,
  loadWordAnalogies,
  loadSentencePolarity,
  loadWordSimilarity: (options) => loadWordSimilarity("men", options),
};

test.each(Object.entries(calls))(
  "%s refuses an option that is not known, and what is no object",
  async (name, call) => {
    const misspelt = await dataErrorOf(() => call(given({ misspelt: 1 })));
    expect(misspelt.message).toMatch(new RegExp(`^${name}: options: expected .*, got also misspelt$`));
    expect((await dataErrorOf(() => call(given(null)))).message).toMatch(new RegExp(`^${name}: options: .*got null$`));
  },
);

test('an option that is true or false is no text: "false" would mean true', async () => {
  const refusal = async (call: () => unknown) => (await dataErrorOf(call)).message;
  const text = (field: string) => given({ [field]: "false" });
  const expected = 'expected true or false, got "false"';
  expect(await refusal(() => loadWord2VecFormat("none", text("binary")))).toContain(`binary: ${expected}`);
  expect(await refusal(() => saveWord2VecFormat(join(temporaryFolder(), "none"), vectors, text("binary")))).toContain(
    `binary: ${expected}`,
  );
  expect(await refusal(() => wordSimilarityScore(vectors, [], text("caseInsensitive")))).toContain(expected);
  expect(await refusal(() => analogyAccuracy(vectors, [], text("caseInsensitive")))).toContain(expected);
  expect(await refusal(() => loadShakespeare(text("standIn")))).toContain(`standIn: ${expected}`);
  for (const field of ["shrinkWindow", "dropRemainder"]) {
    const options = { batchSize: 2, ...text(field) };
    expect(await refusal(() => skipGramPairs(ids, options))).toContain(`${field}: ${expected}`);
  }
  const tokens = () => tokenFile("none", characterTokenizer("a"), { to: "none.tokens", ...text("overwrite") });
  expect(await refusal(tokens)).toContain(`overwrite: ${expected}`);
});

test("options of the wrong kind are refused by name", async () => {
  const refusal = async (call: () => unknown) => (await dataErrorOf(call)).message;
  const pairs = (options: object) => refusal(() => skipGramPairs(ids, { batchSize: 2, ...given(options) }));
  expect(await pairs({ drop: 5 })).toBe("skipGramPairs: drop: expected a list of ids, got number");
  expect(await pairs({ drop: "12" })).toBe("skipGramPairs: drop: expected a list of ids, got string");
  const counts = Array<number>(8).fill(1);
  expect(await pairs({ subsampling: { counts, smaple: 1 } })).toContain(
    "subsampling: options: expected { counts, sample }",
  );
  const bytePairs = (options: object) => refusal(() => bytePairTokenizer("aa", given(options)));
  expect(await bytePairs({ special: "<x>" })).toContain("special: expected a list of texts, got string");
  expect(await bytePairs({ special: 5 })).toContain("special: expected a list of texts, got number");
  expect(await bytePairs({ log: 5 })).toContain("log: expected a function, got number");
});
