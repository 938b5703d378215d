// A million epochs, of a step that computes nothing: what remains is what fit, its history and its checkpoints take.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { dense, labels, numbers, quick, temporaryFolder } from "../support";

vi.mock("../../../src/train/step/training-step", () => ({
  trainingStep: () => ({
    run: () => ({ loss: 1 / 3, parts: [{ sum: 1, count: 3 }] }),
    streamState: () => undefined,
    graph: () => undefined,
    dispose: () => undefined,
  }),
}));

beforeAll(() => tf.ready());

test("1,000,000 epochs end well; a checkpoint at the end is as large, and written as fast, as one at the beginning", async () => {
  const EPOCHS = 1_000_000;
  const folder = join(temporaryFolder(), "run");
  const sizes: number[] = [];
  const took: number[] = [];
  let began = 0;
  const clock: train.Callback = {
    onEpochEnd: () => {
      began = performance.now();
    },
  };
  const written = (path: string) => {
    took.push(performance.now() - began);
    sizes.push(readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0));
  };
  const run = (epochs: number) => {
    const callbacks = [clock, new train.ModelCheckpoint({ folder, every: { epochs: EPOCHS / 100 }, written })];
    const data = { x: numbers([4, 2]), y: labels(4, 3) };
    return train.fit(dense(), data, quick({ epochs, callbacks, resume: folder, shuffle: false }));
  };
  const { epochs } = await run(EPOCHS);
  expect(epochs).toHaveLength(EPOCHS);
  expect(sizes).toHaveLength(100);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(300); // the digits of its numbers
  const median = (times: readonly number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] as number;
  // both write 10,000 records; the whole history anew would take 100 times as long at the end
  expect(median(took.slice(-20))).toBeLessThan(5 * median(took.slice(0, 20)));
  const resumed = await run(EPOCHS + 1);
  expect(resumed.epochs).toHaveLength(EPOCHS + 1);
  expect(resumed.epochs.every(({ epoch }, i) => epoch === i)).toBe(true);
});
