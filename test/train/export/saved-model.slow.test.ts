// Exported SavedModels give the same outputs in tfjs-node and in Python's TensorFlow.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { exportSavedModel } from "../../../src/train";
import { expectClose } from "../../support";
import { make, names, SIZES } from "./models";
import { type Case, casesOf, expectSame, onNative, pythonWith, temporaryFolder } from "./support";

onNative("a SavedModel", () => {
  async function written(sizes: readonly (readonly [number, number])[]): Promise<Case[]> {
    const folder = temporaryFolder();
    const cases: Case[] = [];
    for (const name of names) {
      const exported = make(name);
      const left = tf.memory().numTensors;
      await exportSavedModel(exported.model, join(folder, name), { inputs: exported.inputs });
      expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
      expect(readdirSync(join(folder, name))).toEqual(["saved_model.pb"]);
      cases.push(...casesOf(exported, join(folder, name), sizes));
    }
    return cases;
  }

  test("gives the same outputs in tfjs-node, at every batch size and length", async () => {
    const { node } = createRequire(__filename)("@tensorflow/tfjs-node") as typeof import("@tensorflow/tfjs-node");
    for (const { folder, inputs, dtypes, outputs } of await written(SIZES)) {
      const loaded = await node.loadSavedModel(folder);
      const given = Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [
          name,
          tf.tensor(value as number[], undefined, dtypes[name] as "int32"),
        ]),
      );
      const made = loaded.predict(given as never) as unknown as Record<string, tf.Tensor>;
      expect(Object.keys(made).sort()).toEqual(Object.keys(outputs).sort());
      for (const [name, output] of Object.entries(outputs)) {
        expectClose(made[name] as tf.Tensor, tf.tensor(output as number[]), 1e-5);
      }
      loaded.dispose();
    }
  });

  test("gives the same outputs in Python's TensorFlow, at every batch size and length", async (context) => {
    const python = pythonWith("tensorflow");
    if (python === undefined) {
      console.log("skipped: no Python with tensorflow; UNROLL_TEST_PYTHON may name one");
      return context.skip("no Python with tensorflow");
    }
    expectSame(python, "saved_model.py", await written(SIZES));
  });
});
