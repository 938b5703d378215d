import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as tf from "../../../src/tf";
import * as train from "../../../src/train";
import { bucketsOf } from "../../../src/train/callbacks/summary-writer";
import { onNative } from "../../compile/support";
import { classifier, expectNoTensors, quick, sequences, temporaryFolder } from "../support";

beforeAll(() => tf.ready());

const fitting = (options: Partial<train.FitOptions>) => train.fit(classifier(), sequences(), quick(options));

test("bucketsOf(values): 30 buckets of one width that count every finite value; one bucket when all values are equal", () => {
  const buckets = bucketsOf([0, 1, 2, 3, Number.NaN]);
  const counts = buckets.filter((_, i) => i % 3 === 2);
  expect(counts).toHaveLength(30);
  expect(counts.flatMap((count, i) => (count > 0 ? [i] : []))).toEqual([0, 10, 20, 29]);
  expect([buckets[0], buckets.at(-2)]).toEqual([0, 3]);
  expect(bucketsOf([2, 2])).toEqual([1.5, 2.5, 2]);
  expect(bucketsOf([])).toEqual([]);
});

onNative("TensorBoard", () => {
  test("TensorBoard writes scalars, histograms and the configuration, for training and validation, and leaves no tensor", async () => {
    const at = temporaryFolder();
    const board = new train.TensorBoard(at, { configuration: { note: "a|b" }, histogramFrequency: 2 });
    const options = {
      epochs: 3,
      validationData: sequences(9),
      callbacks: [board],
      metrics: { accuracy: train.accuracy },
    };
    const model = classifier();
    await expectNoTensors(() => train.fit(model, sequences(), quick(options)));
    const text = (kind: string) => {
      const [file = ""] = readdirSync(join(at, kind));
      return readFileSync(join(at, kind, file), "latin1");
    };
    const count = (kind: string, word: string) => text(kind).split(word).length - 1;
    expect(count("train", "| optimizer | GradientDescentOptimizer |")).toBe(1);
    expect(count("train", "| note | a\\|b |")).toBe(1);
    expect([count("train", "accuracy"), count("validation", "accuracy")]).toEqual([3, 3]);
    expect(count("train", "histograms")).toBe(2 * 4); // two epochs of three, four weights
    expect(existsSync(join(at, "validation"))).toBe(true);
  });

  test("TensorBoard closes its files when a callback throws, and can write to the folder again", async () => {
    const at = temporaryFolder();
    const model = classifier();
    const broken: train.Callback = { onBatchEnd: () => Promise.reject(new Error("no")) };
    const callbacks = [new train.TensorBoard(at), broken];
    await expectNoTensors(() => expect(train.fit(model, sequences(), quick({ callbacks }))).rejects.toThrow("no"));
    await fitting({ callbacks: [new train.TensorBoard(at)] });
    expect(readdirSync(join(at, "train")).length).toBeGreaterThan(0);
  });
});

test.runIf(tf.engineInUse.name !== "tensorflow")("TensorBoard refuses an engine that is not native", async () => {
  await expect(fitting({ callbacks: [new train.TensorBoard(temporaryFolder())] })).rejects.toThrow(
    /engine: expected the native one/,
  );
});
