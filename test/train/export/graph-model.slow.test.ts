// Exported graph models give the same outputs in plain TensorFlow.js.
import { join } from "node:path";
import { expect, test } from "vitest";
import * as tf from "../../../src/tf";
import { exportGraphModel } from "../../../src/train";
import { make, names, SIZES } from "./models";
import { type Case, casesOf, expectSame, onNative, temporaryFolder } from "./support";

onNative("a graph model", () => {
  test("gives the same outputs in plain TensorFlow.js, at every batch size and length", async () => {
    const folder = temporaryFolder();
    const cases: Case[] = [];
    for (const name of names) {
      const exported = make(name);
      const left = tf.memory().numTensors;
      await exportGraphModel(exported.model, join(folder, name), { inputs: exported.inputs });
      expect(tf.memory().numTensors - left, "tensors left behind").toBe(0);
      const sizes = name === "classifier" ? SIZES : SIZES.filter(([, steps]) => steps < 300); // seconds each
      cases.push(...casesOf(exported, join(folder, name), sizes));
    }
    expectSame(process.execPath, "plain-tfjs.mjs", cases);
  });
});
