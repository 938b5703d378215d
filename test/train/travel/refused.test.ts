// Models that cannot leave this library say why.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CompileError, compile, isCapturing, nativeOp } from "../../../src/compile";
import { DataError } from "../../../src/data";
import { ArgumentError, BasicRNNCell, Dense, dynamicRnn, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  type ExportOptions,
  exportGraphModel,
  exportSavedModel,
  type Model,
  modelOf,
  saveWeights,
} from "../../../src/train";
import { expectClose } from "../../support";
import { onNative, temporaryFolder } from "./support";

onNative("what cannot travel is refused, and nothing is written", () => {
  const cell = new BasicRNNCell({ inputSize: 2, numUnits: 3, seed: 1 });
  const refused = async (call: (x: tf.Tensor3D) => tf.Tensor, message: RegExp) => {
    const folder = join(temporaryFolder(), "model");
    const left = tf.memory().numTensors;
    const model = modelOf({ rnn: cell }, call);
    const trial = exportSavedModel(model, folder, { inputs: { x: [null, null, 2] } });
    await expect(trial).rejects.toThrow(CompileError);
    await expect(trial).rejects.toThrow(message);
    expect(existsSync(folder)).toBe(false);
    expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
    const works = compile((x: tf.Tensor1D) => tf.mul(x, 2));
    expectClose(
      tf.tidy(() => works(tf.tensor1d([1, 2])).arraySync()),
      [2, 4],
    );
    works.dispose();
  };

  test("a loop of JavaScript over time", async () => {
    await refused(
      (x) => staticRnn(cell, tf.unstack(x, 1) as tf.Tensor2D[])[1],
      /Unpack: .*depends on a size \(batch, steps\).*dynamicRnn/,
    );
  });

  test("a read", async () => {
    await refused((x) => tf.mul(x, x.dataSync()[0] as number), /reads a tensor's values/);
  });

  test("a size that enters in a way of its own", async () => {
    await refused((x) => tf.mul(x, Math.sqrt(x.shape[1])), /Const: .* depends on a size/);
  });

  test("other answers to lengths, or to word numbers, in the graph", async () => {
    const folder = join(temporaryFolder(), "model");
    const trial = (call: Model["call"], inputs: ExportOptions["inputs"]) =>
      exportSavedModel(modelOf({ rnn: cell }, call), folder, { inputs });
    const doubled = (x: tf.Tensor3D) => (isCapturing() ? tf.mul<tf.Tensor3D>(x, 2) : x);
    const last: Model["call"] = (x, _, sequenceLength) => dynamicRnn(cell, doubled(x), { sequenceLength })[1];
    await expect(trial(last, { x: [null, null, 2], lengths: [null] })).rejects.toThrow(/gives other outputs/);
    const words: Model["call"] = (x) =>
      dynamicRnn(cell, doubled(tf.oneHot(x, 3).slice([0, 0, 1]).toFloat() as tf.Tensor3D))[1];
    await expect(trial(words, { x: { shape: [null, null], dtype: "int32" } })).rejects.toThrow(/gives other outputs/);
    expect(existsSync(folder)).toBe(false);
  });

  test("an operation that TensorFlow.js does not have, for a browser only", async () => {
    const folder = join(temporaryFolder(), "model");
    const logGamma = (x: tf.Tensor2D) => nativeOp("Lgamma", [["T", "TYPE", 1]], [x], 1)[0] as tf.Tensor;
    const model = modelOf({ rnn: cell }, (x: tf.Tensor2D) => logGamma(tf.matMul(x, cell.kernel)));
    const inputs = { x: [null, 5] };
    const trial = exportGraphModel(model, folder, { inputs });
    await expect(trial).rejects.toThrow(CompileError);
    await expect(trial).rejects.toThrow(/TensorFlow.js cannot run the graph: Unknown op 'Lgamma'/);
    expect(existsSync(folder)).toBe(false);
    await exportSavedModel(model, folder, { inputs });
    expect(readdirSync(folder)).toEqual(["saved_model.pb"]);
  });

  test("a wrong folder, shape or name", async () => {
    const head = new Dense({ inputSize: 2, outputSize: 1, seed: 1 });
    const model = modelOf({ head }, (x: tf.Tensor2D) => head.call(x));
    const given = (inputs: object) => exportSavedModel(model, temporaryFolder(), { inputs } as never);
    await expect(given({ y: [null, 2] })).rejects.toThrow(ArgumentError);
    await expect(given({ x: [null, -2] })).rejects.toThrow(/inputs.x: expected a shape .* got \[null,-2\]/);
    await expect(given({ x: [null, 3] })).rejects.toThrow(ArgumentError);
    await expect(given({ x: [null, 2], lengths: [null] })).rejects.toThrow(/inputs.lengths: .* the outputs need/);
    await expect(given({ x: { shape: [null, 2], dtype: "float16" } })).rejects.toThrow(/float32, int32 or bool/);
    const file = join(temporaryFolder(), "file");
    await saveWeights(model, file);
    await expect(exportSavedModel(model, file, { inputs: { x: [null, 2] } })).rejects.toThrow(DataError);
  });
});
