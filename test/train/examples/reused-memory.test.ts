// A function that gives batches may fill the same memory each time: the training is as with memory of their own.
import { beforeAll, describe, expect, test } from "vitest";
import { canCompile } from "../../../src/compile";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { BatchQueue } from "../../../src/train/examples/batch-queue";
import { dense, labels, losses, numbers, quick, weightsOf } from "../support";

beforeAll(() => tf.ready());

const COUNT = 12;
const batchOf = (number: number) => ({ x: numbers([4, 2], number), y: labels(4, 3, number) });

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Fills one of several memories for each batch, in turn; at once, or in two parts with pauses. */
function reusing(memories: number, isLate: boolean): train.StreamedExamples {
  const all = Array.from({ length: memories }, () => batchOf(0));
  return {
    batches: COUNT,
    batch: (number) => {
      const own = all[number % memories] as ReturnType<typeof batchOf>;
      const { x, y } = batchOf(number);
      const fill = () => {
        own.x.data.set(x.data);
        own.y.data.set(y.data);
        return own;
      };
      if (!isLate) return fill();
      return wait(number % 3).then(() => {
        own.x.data.set(x.data.subarray(0, 4));
        return wait(1).then(fill);
      });
    },
  };
}

async function trained(data: train.StreamedExamples, compiled: boolean) {
  const [model, watch] = [dense(), losses()];
  const { batchSize: _, ...options } = quick({ compiled, epochs: 2, shuffle: false, callbacks: [watch] });
  await train.fit(model, data, { ...options, validationData: data });
  return { losses: watch.seen, weights: weightsOf(model) };
}

describe.each([false, true])("compiled: %s", (compiled) => {
  test.runIf(!compiled || canCompile())("fit on reused memory ≡ fit on fresh memory, bit for bit", async () => {
    const expected = await trained({ batches: COUNT, batch: batchOf }, compiled);
    expect(new Set(expected.losses).size).toBe(2 * COUNT);
    for (const memories of [1, 2, 3]) {
      for (const isLate of [false, true]) {
        expect(await trained(reusing(memories, isLate), compiled), `${memories}, ${isLate}`).toEqual(expected);
      }
    }
  });
});

test("batches with memory of their own are asked for side by side, after the first ones", async () => {
  let [running, most] = [0, 0];
  const batch = async (number: number) => {
    most = Math.max(most, ++running);
    await wait(5);
    running--;
    return batchOf(number);
  };
  await trained({ batches: COUNT, batch }, false);
  expect(most).toBe(3);
});

test("views of one large array, and an array that all batches share, are no reused memory", async () => {
  const large = new Float32Array(100);
  const mask = new Uint8Array(2).fill(1);
  const queue = new BatchQueue({ where: "fit", argument: "data" }, async (number) => {
    await wait(1);
    return { x: large.subarray(2 * number, 2 * number + 2).fill(number), mask };
  });
  const all = await Promise.all(Array.from({ length: 10 }, (_, number) => queue.request(number)));
  expect(all.map(({ x }) => [...x])).toEqual(Array.from({ length: 10 }, (_, number) => [number, number]));
});

test("a function that begins to reuse its memory while calls overlap is refused, as its batches may be mixed", async () => {
  const shared = new Float32Array(2);
  const queue = new BatchQueue({ where: "fit", argument: "data" }, async (number) => {
    await wait(1);
    return { x: number < 6 ? Float32Array.of(number, number) : shared.fill(number) };
  });
  for (let number = 0; number < 6; number++) await queue.request(number);
  const late = [6, 7].map((number) => queue.request(number));
  expect(await late[0]).toEqual({ x: Float32Array.of(6, 6) });
  await expect(late[1]).rejects.toThrow(
    /^fit: data\.batch\(7\): expected memory of its own.*, got that of batch 6, which it overwrote/,
  );
});
