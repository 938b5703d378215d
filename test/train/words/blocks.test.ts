import { describe, expect, test } from "vitest";
import { cbowWindows, keepProbabilities, Random, skipGramPairs } from "../../../src/data";
import { type Block, type BlockOptions, blocksOf } from "../../../src/train/words/blocks";

const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const asSentences = (lists: readonly Int32Array[]) => lists.map((ids) => ({ ids, words: ids.length }));

const optionsOf = (given: Partial<BlockOptions> = {}): BlockOptions => ({
  segments: 2,
  centres: 3,
  negatives: 2,
  window: 2,
  shrinkWindow: false,
  keep: undefined,
  random: new Random(0, 0),
  drawNegatives: () => Int32Array.of(90, 91, 92, 93),
  ...given,
});

/** The pairs of a centre word and a context word, in the order of the centres. */
function pairsOf({ inputs, outputs, isContext }: Block, { segments, centres, negatives, window }: BlockOptions) {
  const width = centres + 2 * window;
  const pairs: number[][] = [];
  for (let segment = 0; segment < segments; segment++) {
    for (let centre = 0; centre < centres; centre++) {
      for (let at = 0; at < width; at++) {
        if (isContext[(segment * width + at) * centres + centre] === 0) continue;
        pairs.push([
          outputs[segment * (centres + negatives) + centre] as number,
          inputs[segment * width + at] as number,
        ]);
      }
    }
  }
  return pairs;
}

test("a segment has its words with `window` words on both sides, then its own negatives; windows end with sentences", () => {
  const options = optionsOf();
  const [block, ...more] = [...blocksOf(asSentences([range(1, 5), range(5, 7)]), options)];
  expect(more).toEqual([]);
  expect([...(block?.inputs ?? [])]).toEqual([0, 0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6, 0, 0]);
  expect([...(block?.outputs ?? [])]).toEqual([1, 2, 3, 90, 91, 4, 5, 6, 92, 93]);
  const pairs = [[1, 2], [1, 3], [2, 1], [2, 3], [2, 4], [3, 1], [3, 2], [3, 4], [4, 2], [4, 3], [5, 6], [6, 5]]; // biome-ignore format: a list
  expect(pairsOf(block as Block, options)).toEqual(pairs);
  expect(block).toMatchObject({ read: 6, windows: 6 });
});

test.each([
  ["one long sentence", [range(1, 400)]],
  ["sentences of all lengths", Array.from({ length: 30 }, (_, i) => range(10 * i, 10 * i + i))],
  ["a sentence that ends with a segment", [range(0, 6), range(6, 12)]],
])("the pairs are those of skipGramPairs with the same seed, none lost and none twice: %s", (_, sentences) => {
  const counts = Array.from({ length: 400 }, (_, id) => 1 + (id % 7) * 10);
  for (const subsampling of [undefined, { counts, sample: 1e-3 }]) {
    const keep = subsampling && keepProbabilities(counts, subsampling.sample);
    const options = optionsOf({ shrinkWindow: true, window: 3, keep, random: new Random(5, 2) });
    const same = { batchSize: 10_000, window: 3, seed: 5, epoch: 2, ...(subsampling && { subsampling }) };
    const expected = [...skipGramPairs(sentences, same)].flatMap(({ words, labels }) =>
      [...words.data].map((word, i) => [word, labels.data[i] as number]),
    );
    const blocks = [...blocksOf(asSentences(sentences), options)];
    expect(blocks.flatMap((block) => pairsOf(block, options))).toEqual(expected);
    expect(blocks.reduce((sum, { windows }) => sum + windows, 0)).toBe(cbowWindows(sentences, same).counts().examples);
  }
});

describe("long sentences", () => {
  test("beyond 10,000 words they are cut, and no pair crosses the cut", () => {
    const options = optionsOf({ segments: 4, centres: 50, drawNegatives: () => new Int32Array(8) });
    const blocks = [...blocksOf(asSentences([range(0, 25_003)]), options)];
    const pairs = blocks.flatMap((block) => pairsOf(block, options));
    const crossing = pairs.filter(([a = 0, b = 0]) => Math.floor(a / 10_000) !== Math.floor(b / 10_000));
    expect(crossing).toEqual([]);
    expect(pairs).toHaveLength(4 * 25_003 - 3 * 6); // each of three parts lacks 2 + 1 contexts at both ends
    expect(blocks.at(-1)?.read).toBe(25_003);
  });
});
