import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { graphOf } from "../../../src/compile";
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

  test("TensorBoard(folder, { graph: true }) writes the graph of the step once; writeGraph that of a function", async () => {
    const at = temporaryFolder();
    const events = (folder: string) => {
      const [file = ""] = readdirSync(folder);
      return readFileSync(join(folder, file), "latin1");
    };
    const model = classifier();
    const options = quick({ epochs: 2, compiled: true, callbacks: [new train.TensorBoard(at, { graph: true })] });
    await expectNoTensors(() => train.fit(model, sequences(), options));
    const written = events(join(at, "train"));
    expect(written.split("ReadVariableOp").length).toBeGreaterThan(4);
    expect(written.split("input_0\x12").length - 1, "graphs").toBe(1);
    await fitting({ callbacks: [new train.TensorBoard(join(at, "plain"))] });
    expect(events(join(at, "plain", "train"))).not.toContain("ReadVariableOp");
    train.writeGraph(
      join(at, "function"),
      graphOf((x: tf.Tensor1D) => tf.square(x), [tf.zeros<tf.Rank.R1>([2])]),
    );
    expect(events(join(at, "function"))).toContain("Square");
    expect(() => train.writeGraph("", { nodes: [], graphDef: new Uint8Array(0) })).toThrow(/writeGraph: folder/);
  });

  test("TensorBoard(folder, { graph: true }) refuses a training that is not compiled, before its first step", async () => {
    const callbacks = [new train.TensorBoard(temporaryFolder(), { graph: true })];
    await expect(fitting({ callbacks, compiled: false })).rejects.toThrow(
      /graph: expected a training that is compiled/,
    );
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
