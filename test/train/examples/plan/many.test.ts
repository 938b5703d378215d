// Plans of any number of batches, which are made one by one.
import { beforeAll, expect, test } from "vitest";
import { Random } from "../../../../src/data";
import * as tf from "../../../../src/tf";
import * as train from "../../../../src/train";
import { MANY, planInOrder, planOfNumbers } from "../../../../src/train/examples/plan/order";
import { orderOfMany } from "../../../../src/train/examples/plan/order-of-many";
import { dense, labels, numbers, quick } from "../../support";

beforeAll(() => tf.ready());

const data = (batches: number) => ({ batches, batch: () => ({ x: numbers([4, 2]), y: labels(4, 3) }) });

test.each([true, false])("fit and evaluate take { batches: 1e9 }, shuffle: %s", async (shuffle) => {
  const asked: number[] = [];
  const streamed = {
    batches: 1e9,
    batch: (number: number) => {
      asked.push(number);
      return data(1).batch();
    },
  };
  const stop: train.Callback = { onBatchEnd: (batch, _logs, run) => (batch === 4 ? run.stop("enough") : undefined) };
  const { batchSize: _, ...options } = quick({ shuffle, callbacks: [stop] });
  const history = await train.fit(dense(), streamed, options);
  expect(history).toMatchObject({ stopped: "enough", next: { batch: 5 } });
  expect(asked.slice(0, 5).every((number, i) => (number === i) === !shuffle)).toBe(true);
  expect(new Set(asked).size).toBe(asked.length);
  const abort = new AbortController();
  const callbacks = [{ onEvaluateBatchEnd: (batch: number) => (batch === 2 ? abort.abort() : undefined) }];
  const measuring = train.evaluate(dense(), streamed, { loss: train.crossEntropy, callbacks, signal: abort.signal });
  await expect(measuring).rejects.toThrow(/abort/i);
});

test("more batches than an int32 can count are refused", async () => {
  const { batchSize: _, ...options } = quick();
  const refused = train.fit(dense(), data(2 ** 31), options);
  await expect(refused).rejects.toThrow("fit: data.batches: expected at most 2147483647, got 2147483648");
});

test("orderOfMany(count) has each number once, another order for each seed, and neighbours that are no neighbours", () => {
  for (const count of [1, 2, 3, 5, 16, 17, 255, 1000, 5000]) {
    const orders = [1, 2].map((seed) => {
      const at = orderOfMany(count, new Random(seed));
      return Array.from({ length: count }, (_, position) => at(position));
    });
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
    if (count > 100) expect(orders[0]).not.toEqual(orders[1]);
  }
  const at = orderOfMany(1e9, new Random(3));
  const drawn = Array.from({ length: 10_000 }, (_, position) => at(position));
  expect(new Set(drawn).size).toBe(10_000);
  const mean = drawn.reduce((sum, number) => sum + number, 0) / drawn.length;
  expect(Math.abs(mean / 1e9 - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 10_000)); // four standard errors
  const steps = drawn.slice(1).map((number, i) => Math.abs(number - (drawn[i] as number)));
  const meanStep = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  expect(Math.abs(meanStep / 1e9 - 1 / 3)).toBeLessThan(0.015); // of two uniform numbers, 1/3
});

test("plans of few batches are as they always were: Random's permutation, cut into batches", () => {
  const list = ({ length, at }: ReturnType<typeof planInOrder>) => Array.from({ length }, (_, i) => [...at(i)]);
  expect(list(planInOrder(5, 2))).toEqual([[0, 1], [2, 3], [4]]);
  const order = new Random(7, 3).permutation(5);
  expect(list(planInOrder(5, 2, { seed: 7, epoch: 3 })).flat()).toEqual([...order]);
  expect(list(planOfNumbers(5, { seed: 7, epoch: 3 })).flat()).toEqual([...order]);
  expect(list(planOfNumbers(3))).toEqual([[0], [1], [2]]);
  const many = planOfNumbers(MANY + 1, { seed: 7, epoch: 3 });
  expect([many.length, many.at(0).length]).toEqual([MANY + 1, 1]);
});

test("a plan of many examples in batches of one takes little memory", () => {
  const before = process.memoryUsage().heapUsed;
  const plans = [planInOrder(1e8, 1), planInOrder(1e6, 1, { seed: 1, epoch: 0 })];
  expect(plans.map(({ length, at }) => [length, at(length - 1).length])).toEqual([
    [1e8, 1],
    [1e6, 1],
  ]);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
});
