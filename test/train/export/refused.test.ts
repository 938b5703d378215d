// What export refuses, and its messages.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CompileError, compile } from "../../../src/compile";
import { nativeOp } from "../../../src/compile/extend";
import { isCapturing } from "../../../src/compile/internal";
import { DataError } from "../../../src/data";
import { ArgumentError, BasicRNNCell, Dense, dynamicRnn, staticRnn } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import {
  type ExportOptions,
  exportGraphModel,
  exportSavedModel,
  type Model,
  modelOf,
  predict,
  saveWeights,
} from "../../../src/train";
import { expectClose } from "../../support";
import { onNative, temporaryFolder } from "./support";

onNative("export refuses, and writes nothing for", () => {
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

  test("a JavaScript loop over time", async () => {
    await refused(
      (x) => staticRnn(cell, tf.unstack(x, 1) as tf.Tensor2D[])[1],
      /Unpack: .*depends on a size \(batch, steps\).*dynamicRnn/,
    );
  });

  test("a model that reads a tensor", async () => {
    await refused((x) => tf.mul(x, x.dataSync()[0] as number), /reads a tensor's values/);
  });

  test("a size that the model uses in JavaScript arithmetic", async () => {
    await refused((x) => tf.mul(x, Math.sqrt(x.shape[1])), /Const: .* depends on a size/);
  });

  test("a graph whose outputs depend on lengths or word indices in another way than the model's", async () => {
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

  test("an operation that TensorFlow.js lacks, in exportGraphModel only", async () => {
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

  test("a model that assigns to a variable: the variable keeps its value, and the message explains", async () => {
    const sum = tf.variable(tf.zeros([2]));
    const model = modelOf({ rnn: cell, state: { variables: [sum] } }, (x: tf.Tensor3D) => {
      sum.assign(tf.add(sum, 1));
      return tf.add(dynamicRnn(cell, x)[1], tf.sum(sum));
    });
    for (const write of [exportSavedModel, exportGraphModel]) {
      const folder = join(temporaryFolder(), "model");
      await expect(write(model, folder, { inputs: { x: [null, null, 2] } })).rejects.toThrow(
        /^export: the function assigns to .*a model that keeps a state between calls cannot be exported/,
      );
      expect([...sum.dataSync()]).toEqual([0, 0]);
      expect(existsSync(folder)).toBe(false);
    }
    sum.assign(tf.ones([2])); // it may be again
    sum.dispose();
  });

  test("sizes that the model refuses: the message has the sizes of the trial, because the user did not choose them", async () => {
    const model = modelOf({ rnn: cell }, (x: tf.Tensor3D) => dynamicRnn(cell, x)[1]);
    const folder = join(temporaryFolder(), "model");
    const given = (inputs: ExportOptions["inputs"]) => expect(exportSavedModel(model, folder, { inputs })).rejects;
    await given({ x: [null, null, 3] }).toThrow(/^exportSavedModel, tried with x \[7,10,3\]: dynamicRnn: /);
    const own = modelOf({ rnn: cell }, () => {
      throw new Error("my own");
    });
    await expect(exportGraphModel(own, folder, { inputs: { x: [null, 3] } })).rejects.toThrow(
      /^exportGraphModel, tried with x \[7,3\]: my own$/,
    );
  });

  test.each<[string, (x: tf.Tensor) => unknown, string]>([
    ["a pair", (x) => [x, x], "a list of 2"],
    ["a promise", () => Promise.reject(new Error("never heard")), "a promise"],
  ])("a model that returns %s", async (_, call, actual) => {
    const model = modelOf({ rnn: cell }, call as never);
    const trial = exportSavedModel(model, join(temporaryFolder(), "model"), { inputs: { x: [null, null, 2] } });
    await expect(trial).rejects.toThrow(
      `exportSavedModel: what model.call returns: expected a tensor, or a record of tensors, got ${actual}`,
    );
    for (const compiled of [false, true]) {
      await expect(
        predict(model, { x: { data: new Float32Array(2), shape: [1, 1, 2] } }, { compiled }),
      ).rejects.toThrow(`predict: what model.call returns: expected a tensor, or a record of tensors, got ${actual}`);
    }
  });

  test("a wrong folder, shape or name", async () => {
    const head = new Dense({ inputSize: 2, outputSize: 1, seed: 1 });
    const model = modelOf({ head }, (x: tf.Tensor2D) => head.call(x));
    const given = (inputs: object) => exportSavedModel(model, temporaryFolder(), { inputs } as never);
    await expect(given({ y: [null, 2] })).rejects.toThrow(ArgumentError);
    await expect(given([null, 2])).rejects.toThrow(/inputs: expected an object \{ x: shape, .*, got a list of 2$/);
    await expect(given(undefined as never)).rejects.toThrow(/inputs: expected an object .*, got undefined$/);
    await expect(given({ x: undefined })).rejects.toThrow(/inputs\.x: expected a shape, .*got undefined$/);
    await expect(given({ x: [undefined, 2] })).rejects.toThrow(/inputs\.x: .*got \[undefined,2\]$/);
    await expect(given({ x: [-1, 2] })).rejects.toThrow(/inputs\.x: .*got \[-1,2\]: write null for -1$/);
    await expect(given({ x: { shape: [null, 2], dytpe: "int32" } })).rejects.toThrow(
      /inputs\.x: expected \{ shape, dtype \}, got also dytpe/,
    );
    for (const write of [exportSavedModel, exportGraphModel]) {
      for (const path of [undefined, ""]) {
        await expect(write(model, path as never, { inputs: { x: [null, 2] } })).rejects.toThrow(
          /: folder: expected a path/,
        );
      }
    }
    await expect(given({ x: [null, -2] })).rejects.toThrow(/inputs.x: expected a shape .* got \[null,-2\]/);
    await expect(given({ x: [null, 3] })).rejects.toThrow(ArgumentError);
    await expect(given({ x: [null, 2], lengths: [null] })).rejects.toThrow(/inputs.lengths: .* the outputs need/);
    await expect(given({ x: { shape: [null, 2], dtype: "float16" } })).rejects.toThrow(/float32, int32 or bool/);
    const file = join(temporaryFolder(), "file");
    await saveWeights(model, file);
    await expect(exportSavedModel(model, file, { inputs: { x: [null, 2] } })).rejects.toThrow(DataError);
  });
});
