import { expect, test } from "vitest";
import { batches, type Dataset, numericArray, splitExamples, takeExamples } from "../../src/data";
import { dataErrorOf } from "./support";

/** Example i is x = [i, 10·i], y = i. */
function examples(count: number): Dataset<Float32Array, Int32Array> {
  const x = Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 ? 10 : 1) * Math.floor(i / 2));
  return {
    x: numericArray(x, [count, 2]),
    y: numericArray(
      Int32Array.from({ length: count }, (_, i) => i),
      [count],
    ),
  };
}

const order = (dataset: Dataset, options: Parameters<typeof batches>[1]) =>
  [...batches(dataset, options)].flatMap((batch) => [...batch.y.data]);

test("batches(dataset, { batchSize }) gives every example once, x with its y, and a short last batch", () => {
  const all = [...batches(examples(10), { batchSize: 4 })];
  expect(all.map((batch) => batch.x.shape)).toEqual([
    [4, 2],
    [4, 2],
    [2, 2],
  ]);
  expect(all.flatMap((batch) => [...batch.y.data]).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const { x, y } of all) expect([...x.data]).toEqual([...y.data].flatMap((i) => [i, 10 * i]));
});

test("batches(…, { dropRemainder: true }) leaves out the short last batch", async () => {
  const all = [...batches(examples(10), { batchSize: 4, dropRemainder: true })];
  expect(all.map((batch) => batch.y.shape)).toEqual([[4], [4]]);
  expect((await dataErrorOf(() => batches(examples(3), { batchSize: 4, dropRemainder: true }))).message).toContain(
    "1 to 3",
  );
});

test("batches(…, { shuffle: false }) keeps the order of the examples", () => {
  expect(order(examples(5), { batchSize: 2, shuffle: false })).toEqual([0, 1, 2, 3, 4]);
});

test("batches(…, { seed, epoch }): seed and epoch fix the order; another seed or epoch gives another order", () => {
  const orders = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ].map(([seed, epoch]) => order(examples(20), { batchSize: 7, seed, epoch }));
  expect(new Set(orders.map(String)).size).toBe(4);
  expect(order(examples(20), { batchSize: 7, seed: 1, epoch: 0 })).toEqual(orders[2]);
  expect(order(examples(8), { batchSize: 8, seed: 42, epoch: 3 })).toEqual([3, 4, 7, 0, 6, 2, 5, 1]);
});

test("batches(…, { batchSize }): the order does not depend on batchSize", () => {
  expect(order(examples(20), { batchSize: 3 })).toEqual(order(examples(20), { batchSize: 20 }));
});

test("batches(dataset, options): each batch has memory of its own", () => {
  const dataset = examples(4);
  const [first, second] = [...batches(dataset, { batchSize: 2, shuffle: false })];
  first?.x.data.fill(-1);
  expect([...(second?.x.data ?? [])]).toEqual([2, 20, 3, 30]);
  expect([...dataset.x.data]).toEqual([0, 0, 1, 10, 2, 20, 3, 30]);
});

test("batches and takeExamples keep lengths with their examples", () => {
  const dataset = { ...examples(5), lengths: numericArray(Int32Array.of(50, 51, 52, 53, 54), [5]) };
  for (const { y, lengths } of batches(dataset, { batchSize: 2 })) {
    expect([...(lengths?.data ?? [])]).toEqual([...y.data].map((i) => 50 + i));
  }
  expect(takeExamples(dataset, [3]).lengths?.data).toEqual(Int32Array.of(53));
  expect("lengths" in takeExamples(examples(5), [3])).toBe(false);
});

test("batches, takeExamples and splitExamples keep what says how much examples count, and refuse records", async () => {
  const weights = { sampleWeights: numericArray(Float32Array.of(0, 1, 2), [3]), ignoreLabel: -1 };
  const data = { ...examples(3), ...weights, mask: numericArray(Uint8Array.of(1, 0, 1), [3]) };
  const rows = (each: Dataset) => [each.y, each.sampleWeights, each.mask].map((part) => [...(part?.data ?? [])]);
  const [first, rest] = splitExamples(data, 1);
  expect([rows(first), rows(rest), rest.ignoreLabel]).toEqual([
    [[0], [0], [1]],
    [
      [1, 2],
      [1, 2],
      [0, 1],
    ],
    -1,
  ]);
  expect(rows(takeExamples(data, [2, 0]))).toEqual([
    [2, 0],
    [2, 0],
    [1, 1],
  ]);
  for (const batch of batches(data, { batchSize: 2 })) {
    expect([...(batch.sampleWeights?.data ?? [])]).toEqual([...batch.y.data]);
    expect(batch.ignoreLabel).toBe(-1);
  }
  const lengths = { x: numericArray(Int32Array.of(1, 1, 1), [3]) };
  const refused = await dataErrorOf(async () => splitExamples({ ...examples(3), lengths } as never, 1));
  expect(refused.message).toBe("splitExamples: dataset.lengths: expected an array with a shape, got { x }");
});

test("splitExamples(dataset, count) gives the first examples and the rest, sharing memory", async () => {
  const dataset = { ...examples(5), lengths: numericArray(new Int32Array(5), [5]) };
  const [first, rest] = splitExamples(dataset, 2);
  expect([first.x.shape, first.lengths?.shape, rest.x.shape, [...rest.y.data]]).toEqual([
    [2, 2],
    [2],
    [3, 2],
    [2, 3, 4],
  ]);
  expect(rest.x.data.buffer).toBe(dataset.x.data.buffer);
  expect(splitExamples(dataset, 0)[0].x.shape).toEqual([0, 2]);
  expect((await dataErrorOf(() => splitExamples(dataset, 6))).field).toBe("count");
});

test("batches(dataset, options) refuses wrong arguments at the call, before the first batch", async () => {
  const uneven = { ...examples(5), y: numericArray(new Int32Array(4), [4]) };
  expect((await dataErrorOf(() => batches(uneven, { batchSize: 2 }))).message).toBe(
    "batches: dataset.y: expected 5 examples, as x has, got 4",
  );
  for (const batchSize of [0, -1, 1.5, Number.NaN]) {
    expect((await dataErrorOf(() => batches(examples(5), { batchSize }))).field).toBe("batchSize");
  }
  expect((await dataErrorOf(() => batches(examples(5), { batchSize: 2, epoch: -1 }))).field).toBe("epoch");
  expect((await dataErrorOf(() => batches(examples(5), { batchSize: 2, seed: 0.5 }))).field).toBe("seed");
  expect((await dataErrorOf(() => batches(examples(0), { batchSize: 2 }))).field).toBe("dataset");
});
