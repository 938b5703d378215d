import { describe, expect, test } from "vitest";
import {
  cbowWindows,
  DataError,
  keepProbabilities,
  numericArray,
  type SkipGramOptions,
  skipGramPairs,
  type TokenSentence,
} from "../../../../src/data";

const pairsOf = (sentences: Parameters<typeof skipGramPairs>[0], options: Partial<SkipGramOptions>) =>
  [...skipGramPairs(sentences, { batchSize: 1000, ...options })].flatMap(({ words, labels }) =>
    [...words.data].map((word, i) => [word, labels.data[i] as number]),
  );
const FULL = { window: 1, shrinkWindow: false };
const range = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

describe("skipGramPairs", () => {
  test("window 1 gives each word with both neighbours, in the order of the text; sentences keep apart", () => {
    const pairs = [[5, 3], [3, 5], [3, 8], [8, 3], [1, 4], [4, 1]]; // biome-ignore format: one line
    expect(pairsOf([[5, 3, 8], [9], Int32Array.of(1, 4)], FULL)).toEqual(pairs);
  });

  test("numSkips 2 of window 1 is the book's generate_batch: anarchism originated as a term of abuse", () => {
    const text = numericArray(Int32Array.of(5239, 3081, 12, 6, 195, 2, 3134), [7]); // the ids that the book prints
    const batches = [...skipGramPairs(text, { batchSize: 8, ...FULL, numSkips: 2, seed: 3, dropRemainder: true })];
    expect(batches).toHaveLength(1);
    const { words, labels } = batches[0] as (typeof batches)[0];
    expect([...words.data]).toEqual([3081, 3081, 12, 12, 6, 6, 195, 195]);
    const contexts = Array.from({ length: 4 }, (_, i) =>
      [...labels.data.slice(2 * i, 2 * i + 2)].sort((a, b) => a - b),
    );
    expect(contexts).toEqual([[12, 5239], [6, 3081], [12, 195], [2, 6]]); // biome-ignore format: one line
    expect(labels.shape).toEqual([8, 1]);
  });

  test("numSkips draws neighbours at random, none twice, all equally often", () => {
    const pairs = pairsOf(range(4001), { window: 2, shrinkWindow: false, numSkips: 2 });
    expect(pairs).toHaveLength(2 * 4001); // the first and the last word have two neighbours still
    const distances = new Map<number, number>();
    for (const [word = 0, label = 0] of pairs) distances.set(label - word, (distances.get(label - word) ?? 0) + 1);
    expect([...distances.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 1, 2]);
    for (const count of distances.values()) expect(Math.abs(count - 2000)).toBeLessThan(4 * Math.sqrt(1000));
    for (let i = 0; i < pairs.length; i += 2) expect(pairs[i]?.[1]).not.toBe(pairs[i + 1]?.[1]);
  });

  test("a shrunk window has sizes 1 … window, equally often: of distance d there are (window − d + 1) / window", () => {
    const pairs = pairsOf(range(6000), { window: 3, seed: 5 });
    const of = (distance: number) => pairs.filter(([word = 0, label = 0]) => label - word === distance).length / 6000;
    expect(of(1)).toBeCloseTo(1, 2);
    expect(Math.abs(of(2) - 2 / 3)).toBeLessThan(0.025);
    expect(Math.abs(of(-3) - 1 / 3)).toBeLessThan(0.025);
    expect(of(4)).toBe(0);
  });

  test("the same seed and epoch give the same pairs, at every iteration; another epoch gives others", () => {
    const batches = skipGramPairs(range(50), { batchSize: 7, seed: 1, epoch: 2 });
    expect([...batches]).toEqual([...batches]);
    expect(pairsOf(range(50), { seed: 1, epoch: 2 })).not.toEqual(pairsOf(range(50), { seed: 1, epoch: 3 }));
  });

  test("counts() reads the epoch and tells what it has; the last batch may be short, or be dropped", () => {
    const options = { batchSize: 4, subsampling: { counts: new Array(50).fill(1), sample: 0.01 }, seed: 1, window: 2 };
    const pairs = skipGramPairs([range(30), range(50)], options);
    const { words, kept, examples } = pairs.counts();
    const sizes = [...pairs].map(({ words: { shape } }) => shape[0]);
    expect(words).toBe(80);
    expect(kept).toBe(80); // f = 1/50 > 0.01, and √(0.5) + 0.5 > 1
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(examples);
    expect(sizes.slice(0, -1).every((size) => size === 4)).toBe(true);
    const dropping = skipGramPairs([range(30), range(50)], { ...options, dropRemainder: true });
    expect([...dropping]).toHaveLength(Math.floor(examples / 4));
  });

  test("frequent words are left out before windows are cut, with word2vec's probability; dropped ids always", () => {
    const text = Int32Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 0 : 1 + ((i >> 1) % 1000)));
    const counts = Array.from({ length: 1001 }, (_, id) => (id === 0 ? 10_000 : 10));
    const pairs = skipGramPairs(text, { batchSize: 100, ...FULL, subsampling: { counts, sample: 1e-3 }, seed: 2 });
    const expected = 10_000 * (Math.sqrt(0.002) + 0.002) + 10_000;
    expect(Math.abs(pairs.counts().kept - expected)).toBeLessThan(4 * Math.sqrt(10_000 * 0.05));
    expect(pairsOf([7, 3, 0, 0, 8], { ...FULL, drop: [0] })).toEqual([[7, 3], [3, 7], [3, 8], [8, 3]]); // biome-ignore format: one line
  });

  test("a stream of sentences is read once each epoch, and never held", () => {
    let alive = 0;
    let most = 0;
    const sentences = {
      *[Symbol.iterator](): Generator<TokenSentence> {
        for (let i = 0; i < 100; i++) {
          most = Math.max(most, ++alive);
          yield range(10);
          alive--; // the reader came back for the next one
        }
      },
    };
    const pairs = skipGramPairs(sentences, { batchSize: 16 });
    expect([...pairs].length).toBeGreaterThan(100);
    expect(most).toBe(1);
    expect(pairs.counts().words).toBe(1000);
  });
});

describe("cbowWindows", () => {
  test("contexts in the order of the text, padded at the end, with their number", () => {
    const [batch, ...more] = [...cbowWindows([[5, 3, 8], [9], [1, 4]], { batchSize: 5, ...FULL, padding: 99 })];
    expect(more).toEqual([]);
    expect([...(batch?.contexts.data ?? [])]).toEqual([3, 99, 5, 8, 3, 99, 4, 99, 1, 99]);
    expect(batch?.contexts.shape).toEqual([5, 2]);
    expect([...(batch?.lengths.data ?? [])]).toEqual([1, 2, 1, 1, 1]);
    expect(batch?.labels).toEqual(numericArray(Int32Array.of(5, 3, 8, 1, 4), [5, 1]));
  });

  test("the windows are those of skipGramPairs with the same seed", () => {
    const options = { batchSize: 10, window: 4, seed: 8, epoch: 1, subsampling: { counts: range(60), sample: 0.02 } };
    const pairs = pairsOf([range(60), range(35)], options);
    const windows = [...cbowWindows([range(60), range(35)], options)].flatMap(({ contexts, lengths, labels }) =>
      [...labels.data].flatMap((label, i) =>
        [...contexts.data.slice(8 * i, 8 * i + (lengths.data[i] as number))].map((context) => [label, context]),
      ),
    );
    expect(windows).toEqual(pairs);
  });

  test("counts() counts the windows of the batches", () => {
    const windows = cbowWindows([range(30), [1], range(20)], { batchSize: 7, window: 3, seed: 3 });
    const examples = [...windows].reduce((sum, { labels }) => sum + labels.shape[0], 0);
    expect(windows.counts()).toEqual({ words: 51, kept: 51, examples });
  });
});

test("bad counts and a bad sample are refused at the call, before anything is read", () => {
  for (const pairs of [skipGramPairs, cbowWindows]) {
    const of = (subsampling: { counts: number[]; sample?: number }) => () =>
      pairs([1, 2, 0], { batchSize: 4, subsampling });
    expect(of({ counts: [1, -2, 3] })).toThrow(/counts\[1\]/);
    expect(of({ counts: [1, 2, 3], sample: 0 })).toThrow(/sample: .*above 0/);
  }
});

test("keepProbabilities keeps words that the counts do not know, also where no word is counted", () => {
  expect([...keepProbabilities([0, 0])]).toEqual([1, 1]);
});

test("keepProbabilities(counts, sample) is gensim's (√(f/t) + 1) · t/f, at most 1, with t = sample · Σ counts", () => {
  const counts = [5000, 80, 3, 0];
  const threshold = 1e-3 * 5083;
  const gensim = counts.map((f) => (f === 0 ? 1 : Math.min(1, (Math.sqrt(f / threshold) + 1) * (threshold / f))));
  expect([...keepProbabilities(counts)]).toEqual(gensim.map((value) => expect.closeTo(value, 12)));
});

describe("bad input", () => {
  const good = { batchSize: 4 };
  const once = (function* () {
    yield range(20);
  })();
  const read = (sentences: unknown, options: object = {}) => [
    ...skipGramPairs(sentences as TokenSentence, { ...good, ...options }),
  ];

  test.each([
    ["a corpus of as many words as the window", () => read(range(5)), /more words than the window of 5, got 5 words/],
    ["an empty corpus", () => read([]), /got 0 words/],
    ["sentences of one word", () => read([[1], [2], [3], [4], [5], [6]]), /words with a context, got none: 6 of 6/],
    ["everything dropped", () => read(range(6), { drop: [0, 1, 2, 3, 4, 5] }), /0 of 6 words were kept/],
    ["a stream that was read before", () => [once, once].map((each) => read(each)), /got 0 words/],
    ["a text", () => read("a text"), /ids of tokens, or an iterable/],
    ["a list of texts", () => read(["a text"]), /sentences\[0\]: expected ids of tokens, got string a text/],
    ["an id with a fraction", () => read([[1, 2], [3, 0.5]]), /sentences\[1\]\[1\]: expected an id .*0\.5/], // biome-ignore format: one line
    ["a negative id", () => read([1, 2, -1]), /sentences\[0\]\[2\]/],
    ["an id without a count", () => read([1, 2, 3], { subsampling: { counts: [1, 2, 3] } }), /an id from 0 to 2, got 3/], // biome-ignore format: one line
    ["a negative count", () => read([1, 2, 0], { subsampling: { counts: [1, -2, 3] } }), /counts\[1\]/],
    ["no counts", () => read([1, 2, 0], { subsampling: {} }), /subsampling\.counts/],
    ["a sample of 0", () => read([1, 0, 0], { subsampling: { counts: [1, 2], sample: 0 } }), /sample: .*above 0/],
    ["a matrix of ids", () => read({ data: Int32Array.of(1, 2, 3, 4), shape: [2, 2] }, { window: 1 }), /ids of tokens/],
    ["a matrix of ids among sentences", () => read([[1], { data: range(4), shape: [2, 2] }]), /sentences\[1\]: expected ids/], // biome-ignore format: one line
    ["ids to drop that are no list", () => read(range(9), { drop: "3" }), /drop: expected a list of ids, got string/],
    ["a word for true", () => read(range(9), { shrinkWindow: "no" }), /shrinkWindow: expected true or false, got "no"/],
    ["a number for true", () => read(range(9), { dropRemainder: 1 }), /dropRemainder: expected true or false, got 1/],
    ["a misspelt option of subsampling", () => read([1, 0], { subsampling: { counts: [1, 2], t: 1 } }), /subsampling: .*also t/], // biome-ignore format: one line
    ["no batch size", () => read([1, 0, 0], { batchSize: 0 }), /batchSize/],
    ["a window of 0", () => read([1, 0, 0], { window: 0 }), /window/],
    ["a misspelt option", () => read([1, 0, 0], { windowSize: 2 }), /also windowSize/],
    ["numSkips above the window's words", () => read(range(9), { ...FULL, numSkips: 3 }), /from 1 to 2, got 3/],
    ["numSkips of windows that shrink", () => read(range(9), { numSkips: 2 }), /shrinkWindow: false/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
    try {
      make();
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  });
});
