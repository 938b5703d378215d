import { beforeAll, describe, expect, test, vi } from "vitest";
import * as compile from "../../../src/compile";
import { Random, similarity } from "../../../src/data";
import { ArgumentError } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { type TrainWordVectorsOptions, trainWordVectors, type WordCorpus } from "../../../src/train";

beforeAll(() => tf.ready());

/** Sentences about one of two topics, with function words between. */
function topics(count: number): string[][] {
  const random = new Random(7);
  const words = [["cat", "dog", "mouse", "horse"], ["red", "green", "blue", "pink"]]; // biome-ignore format: one line
  return Array.from({ length: count }, () => {
    const topic = words[random.integer(2)] as string[];
    return Array.from({ length: 8 }, (_, i) => (i % 4 === 3 ? "the" : (topic[random.integer(4)] as string)));
  });
}
const SMALL: TrainWordVectorsOptions = { vectorSize: 8, epochs: 2, seed: 3, sample: 0 };

describe("trainWordVectors", () => {
  test.each(["skip-gram", "cbow"] as const)(
    "%s: words of one topic become similar, words of two do not",
    async (model) => {
      const options = { ...SMALL, model, epochs: 10, learningRate: 0.1, sample: 0.05 };
      const trained = await trainWordVectors(topics(1200), options);
      const mean = (pairs: readonly (readonly [string, string])[]) =>
        pairs.reduce((sum, pair) => sum + similarity(trained, ...pair), 0) / pairs.length;
      const within = mean([["cat", "dog"], ["mouse", "horse"], ["red", "blue"], ["green", "pink"]]); // biome-ignore format: one line
      const between = mean([["cat", "red"], ["dog", "blue"], ["mouse", "green"], ["horse", "pink"]]); // biome-ignore format: one line
      expect(within - between).toBeGreaterThan(0.5);
      expect(trained.losses.at(-1)).toBeLessThan(trained.losses[0] as number);
    },
  );

  test("returns words in order of falling count, with counts, both matrices and the speed; it leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const corpus = ["b a c a", "c a b d", ["rare", "a", "d", "c", "e"]];
    const trained = await trainWordVectors(corpus, { ...SMALL, minCount: 2 });
    expect(trained.words).toEqual(["a", "c", "b", "d"]); // b and d occur equally often: b came first
    expect(trained.counts).toEqual([4, 3, 2, 2]);
    expect([trained.vectors.shape, trained.contextVectors.shape]).toEqual([[4, 8], [4, 8]]); // biome-ignore format: one line
    expect(trained.losses).toHaveLength(2);
    expect(trained.wordsPerSecond).toBeGreaterThan(0);
    expect(trained.stopped).toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });

  test("the same seed gives the same vectors, another seed others", async () => {
    const of = async (seed: number) => (await trainWordVectors(topics(40), { ...SMALL, seed })).vectors.data;
    const [first, again, other] = [await of(3), await of(3), await of(4)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test.runIf(compile.canCompile())(
    "eager steps, where the native engine is missing, train the same vectors",
    async () => {
      const compiled = await trainWordVectors(topics(40), SMALL);
      const asked = vi.spyOn(compile, "canCompile").mockReturnValue(false);
      const eager = await trainWordVectors(topics(40), SMALL);
      expect(asked).toHaveBeenCalled();
      vi.restoreAllMocks();
      const furthest = eager.vectors.data.reduce((most, x, i) => Math.max(most, Math.abs(x - (compiled.vectors.data[i] as number))), 0); // biome-ignore format: one line
      expect(furthest).toBeLessThan(1e-5);
    },
  );

  test("few words with many pairs in a block do not diverge: their rates fall", async () => {
    const corpus = topics(300).map((words) => words.map((word) => (word.length > 3 ? "a" : "b")));
    const { losses, vectors } = await trainWordVectors(corpus, { ...SMALL, epochs: 5 });
    expect(losses.every((loss) => loss < 30)).toBe(true); // at the beginning 6 pairs · 6 · log 2 = 25
    expect(vectors.data.every((value) => Math.abs(value) < 10)).toBe(true);
  });

  test("onProgress tells the epochs and the words; a signal ends the training, and the vectors so far are returned", async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const trained = await trainWordVectors(topics(40), {
      ...SMALL,
      epochs: 50,
      signal: controller.signal,
      onProgress: ({ epoch, words, totalWords, loss }) => {
        told.push(words / totalWords);
        expect(loss).toBeGreaterThan(0);
        if (epoch === 2) controller.abort();
      },
    });
    expect(trained.stopped).toBe("aborted");
    expect([...new Set(told)]).toEqual([1 / 50, 2 / 50, 3 / 50]); // a slow machine tells more often
    expect(trained.losses).toHaveLength(3);
  });
});

describe("bad input", () => {
  const once = (function* () {
    yield* topics(20);
  })();
  test.each<[string, unknown, object, RegExp]>([
    ["one text", "a text", {}, /corpus: expected a list of sentences, .*got one text/],
    ["no corpus", undefined, {}, /corpus/],
    ["a sentence that is none", [["a", "b"], 7], {}, /corpus\[1\]: expected a text or a list of words, got number 7/],
    ["ids in place of words", [[1, 2]], {}, /corpus\[0\]/],
    ["an id among words", [["a", "b"], ["a", 5]], {}, /corpus\[1\]\[1\]: expected a word, got number 5/], // biome-ignore format: one line
    ["a hole among words", [["a", undefined]], {}, /corpus\[0\]\[1\]: expected a word, got undefined/],
    ["an empty corpus", [], {}, /at least 2 words that occur 5 times .*got 0 of 0 different words, 0 in all/],
    ["rare words", ["a b c d e f"], {}, /got 0 of 6 different words, 6 in all/],
    ["sentences of one word", new Array(20).fill(["a"]).concat(new Array(20).fill(["b"])), {}, /words with a context/],
    ["a generator, which is read only once", once, {}, /the same 160 words each time .*got 0 words/],
    ["a misspelt option", [], { size: 3 }, /also size/],
    ["a model that is none", [], { model: "glove" }, /"skip-gram" or "cbow"/],
    ["a learning rate that rises", [], { learningRate: 0.01, minLearningRate: 0.02 }, /minLearningRate: expected a number from 0 to learningRate, 0.01, got number 0.02/], // biome-ignore format: one line
    ["a negative sample", [], { sample: -1 }, /sample/],
    [
      "a learning rate at which vectors diverge",
      topics(100),
      { learningRate: 1e300 },
      /vectors stay finite, got 1e\+300/,
    ],
    ["no epochs", [], { epochs: 0 }, /epochs/],
  ])("%s", async (_, corpus, options, message) => {
    const training = trainWordVectors(corpus as WordCorpus, { ...SMALL, ...options });
    await expect(training).rejects.toThrow(ArgumentError);
    await expect(training).rejects.toThrow(message);
  });
});
