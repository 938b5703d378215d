// Weights in safetensors files, by name: written, loaded, and read by Python.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bestCheckpoint, DataError, loadSafetensors, saveSafetensors } from "../../../src/data";
import { AdamOptimizer, ArgumentError } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  crossEntropy,
  EarlyStopping,
  exportGraphModel,
  exportSavedModel,
  fit,
  loadWeights,
  type Model,
  ModelCheckpoint,
  saveWeights,
  type TrainingRun,
} from "../../../src/train";
import { make } from "./models";
import { pythonWith, temporaryFolder } from "./support";

/** The same model with one weight less. */
function withoutBias({ variables, weights = {}, call }: Model): Model {
  const { "head/dense/bias": left, ...fewer } = weights;
  return { variables: variables.filter((variable) => variable !== left), weights: fewer, call };
}

test("loadWeights(model, file) reads what saveWeights wrote; another model's weights are refused, and nothing changes", async () => {
  const file = join(temporaryFolder(), "weights.safetensors");
  const { model } = make("characters");
  await saveWeights(model, file);
  const before = model.variables.map((variable) => variable.arraySync());
  for (const variable of model.variables) variable.assign(tf.zerosLike(variable));
  await loadWeights(model, file);
  expect(model.variables.map((variable) => variable.arraySync())).toEqual(before);
  const other = make("classifier").model;
  const kept = other.variables.map((variable) => variable.arraySync());
  await expect(loadWeights(other, file)).rejects.toThrow(
    new DataError(
      ...([file, "rnn/basic_rnn_cell/kernel", "shape [48, 20], as the model has"] as const),
      `none; there are ${Object.keys(model.weights ?? {})
        .sort() // as the file has them
        .slice(0, 4)
        .join(", ")} and `,
    ).message,
  );
  expect(other.variables.map((variable) => variable.arraySync())).toEqual(kept);
  await expect(loadWeights(withoutBias(model), file)).rejects.toThrow("also head/dense/bias");
});

test("loadWeights(model, index) reads a model in several files, and F16 weights as float32", async () => {
  const folder = temporaryFolder();
  const { model } = make("classifier");
  await saveWeights(model, join(folder, "whole.safetensors"));
  const arrays = Object.entries(await loadSafetensors(join(folder, "whole.safetensors")));
  const [KERNEL, map] = ["rnn/basic_rnn_cell/kernel", {} as Record<string, string>];
  for (const [i, [name, array]] of arrays.entries()) {
    map[name] = `model-${i + 1}.safetensors`;
    await saveSafetensors(join(folder, map[name]), { [name]: array }, {}, { dtypes: name === KERNEL ? "F16" : "F32" });
  }
  const index = join(folder, "model.safetensors.index.json");
  writeFileSync(index, JSON.stringify({ weight_map: map }));
  const values = () => model.variables.map((variable) => Array.from(variable.dataSync()));
  const before = values();
  for (const variable of model.variables) variable.assign(tf.zerosLike(variable));
  await loadWeights(model, index);
  const apart = values().map((list, i) =>
    list.reduce((most, value, j) => Math.max(most, Math.abs(value - (before[i]?.[j] ?? Number.NaN))), 0),
  );
  const rounded = apart.filter((most) => most > 0);
  expect(rounded.length).toBe(1); // the one that was written as F16
  expect(rounded[0]).toBeLessThan(2 ** -11); // half a step below 1, where the weights are
  await saveSafetensors(join(folder, "model-2.safetensors"), {});
  await expect(loadWeights(model, index)).rejects.toThrow(/model-2.safetensors: names: expected ".*", as model.safe/);
});

test.runIf(process.platform === "linux").each<[string, (model: Model, path: string) => Promise<void>]>([
  ["saveWeights", saveWeights],
  ["exportSavedModel", (model, path) => exportSavedModel(model, path, { inputs: { x: [null, null, 28] } })],
  ["exportGraphModel", (model, path) => exportGraphModel(model, path, { inputs: { x: [null, null, 28] } })],
])("%s gives an error where no folder can be made, and does not try for ever", async (_, write) => {
  const { model } = make("classifier");
  await expect(write(model, "/proc/unroll/a")).rejects.toThrow(/^\/proc\/unroll\/a.*got ENOENT$/);
});

test("loadWeights(model, checkpoint) skips the slots, refuses a folder of checkpoints, and names a weight the model lacks", async () => {
  const folder = join(temporaryFolder(), "run");
  const { model } = make("classifier");
  const options = { loss: crossEntropy, optimizer: new AdamOptimizer(), progress: false } as const;
  const x = { data: Float32Array.from({ length: 4 * 3 * 28 }, (_, i) => Math.sin(i)), shape: [4, 3, 28] };
  const data = { x, y: { data: Int32Array.of(1, 2, 3, 4), shape: [4] } };
  const early = new EarlyStopping({ monitor: "loss", restoreBestWeights: true });
  await fit(model, data, {
    ...options,
    callbacks: [early, new ModelCheckpoint({ folder, best: { monitor: "loss" } })],
  });
  const { path = "" } = (await bestCheckpoint(folder)) ?? {};
  const fresh = make("classifier").model;
  for (const variable of fresh.variables) variable.assign(tf.zerosLike(variable));
  await loadWeights(fresh, path);
  expect(fresh.variables.map((variable) => variable.arraySync())).toEqual(model.variables.map((v) => v.arraySync()));
  await expect(loadWeights(fresh, folder)).rejects.toThrow(/one checkpoint's folder: .*got a folder of checkpoints/);
  await expect(loadWeights(fresh, join(path, "tensors.safetensors"))).rejects.toThrow(
    "(of a checkpoint give the folder)",
  );
  await expect(loadWeights(withoutBias(fresh), path)).rejects.toThrow("also head/dense/bias");
});

test("loadWeights refuses another shape, an empty path and a file of another format, by name", async () => {
  const file = join(temporaryFolder(), "weights.safetensors");
  const { model } = make("classifier");
  await saveSafetensors(file, { "rnn/basic_rnn_cell/kernel": { data: new Float32Array(6), shape: [2, 3] } });
  await expect(loadWeights(model, file)).rejects.toThrow(
    "kernel: expected shape [48, 20], as the model has, got [2, 3]",
  );
  writeFileSync(file, "a text, and no array at all");
  await expect(loadWeights(model, file)).rejects.toThrow(/not a safetensors file/);
  for (const path of [undefined, "", 3] as never[]) {
    await expect(saveWeights(model, path)).rejects.toThrow(/^saveWeights: file: expected a path/);
    await expect(loadWeights(model, path)).rejects.toThrow(/^loadWeights: file: expected a path/);
  }
});

test("saveWeights and loadWeights refuse a weight that is not float32, by name, and change nothing", async () => {
  const file = join(temporaryFolder(), "weights.safetensors");
  const own = (value: number) => ({ a: tf.variable(tf.scalar(value)), n: tf.variable(tf.scalar(value, "int32")) });
  const modelWith = (weights: ReturnType<typeof own>) => ({
    variables: Object.values(weights),
    weights,
    call: (x: tf.Tensor) => tf.mul(x, weights.a),
  });
  await expect(saveWeights(modelWith(own(1)), file)).rejects.toThrow(
    new ArgumentError("saveWeights", "model.weights.n", "float32", "int32").message,
  );
  expect(existsSync(file)).toBe(false);
  const scalar = { data: Float32Array.of(7), shape: [] };
  await saveSafetensors(file, { a: scalar, n: scalar });
  const weights = own(3);
  await expect(loadWeights(modelWith(weights), file)).rejects.toThrow(
    new ArgumentError("loadWeights", "model.weights.n", "float32", "int32").message,
  );
  expect([weights.a.dataSync()[0], weights.n.dataSync()[0]]).toEqual([3, 3]);
});

test("EarlyStopping refuses best weights that do not fit the model", () => {
  const early = new EarlyStopping({ restoreBestWeights: true });
  early.setArrays({ kernel: { data: Float32Array.of(7), shape: [1] } });
  const { model } = make("classifier");
  expect(() => early.onTrainEnd({ model } as TrainingRun)).toThrow(
    new ArgumentError("EarlyStopping", "rnn/basic_rnn_cell/kernel", "shape [48, 20]", "none").message,
  );
});

test("Python's safetensors reads the file of saveWeights(model, file)", async (context) => {
  const python = pythonWith("safetensors");
  if (python === undefined) {
    console.log("skipped: no Python with safetensors; UNROLL_TEST_PYTHON may name one");
    return context.skip("no Python with safetensors");
  }
  const file = join(temporaryFolder(), "weights.safetensors");
  const { model } = make("classifier");
  await saveWeights(model, file);
  const read = `import json, struct, sys, safetensors
for name, it in sorted(safetensors.deserialize(open(sys.argv[1], "rb").read())):
    print(json.dumps([name, it["dtype"], it["shape"], sum(struct.unpack("<%df" % (len(it["data"]) // 4), bytes(it["data"])))]))`;
  const { stdout, stderr, status } = spawnSync(python, ["-c", read, file], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const found = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const own = Object.entries(model.weights ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  expect(found.map(([name, dtype, shape]) => [name, dtype, shape])).toEqual(
    own.map(([name, { shape }]) => [name, "F32", shape]),
  );
  found.forEach(([, , , sum], i) => {
    const values = Array.from(own[i]?.[1].dataSync() as Float32Array);
    expect(sum).toBeCloseTo(
      values.reduce((total, value) => total + value, 0),
      9,
    );
  });
});
