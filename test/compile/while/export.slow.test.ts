// An exported greedy decoder gives the same words in Python's TensorFlow, and in TensorFlow.js on the engines of a browser.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { browserFiles, inferenceGraph, savedModelFile, whileLoop } from "../../../src/compile";
import { Dense, Embedding, GRUCell, namedWeights } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { scopeEachTest } from "../../support";
import { type Case, expectSame, pythonWith, temporaryFolder } from "../../train/export/support";
import { inChild, onNative } from "../support";

scopeEachTest();

/** Words of a state, the first of which is 1; 0 after the end, which is the word 2. */
function decoder() {
  const words = new Embedding({ vocabularySize: 7, embeddingSize: 3, seed: 1 });
  const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 2 });
  const head = new Dense({ inputSize: 4, outputSize: 7, seed: 3 });
  const compute = ({ state }: { state: tf.Tensor2D }) => {
    const [batch] = state.shape;
    const { results, iterations } = whileLoop(
      ([, , finished]) => tf.logicalNot(tf.all(finished)),
      ([ids, state, finished]) => {
        const [output, next] = cell.call(words.call(ids), state);
        const chosen = tf.argMax<tf.Tensor1D>(head.call(output), 1);
        const ended = tf.logicalOr(finished, tf.equal(chosen, 2));
        return { loopVars: [chosen, next, ended], results: [tf.where(finished, tf.zerosLike(chosen), chosen)] };
      },
      [tf.ones<tf.Rank.R1>([batch], "int32"), state, tf.zeros<tf.Rank.R1>([batch], "bool")],
      { maximumIterations: 12 },
    );
    return { ids: tf.transpose(results[0]), iterations };
  };
  const variables = { ...namedWeights(words), ...namedWeights(cell), ...namedWeights(head) };
  return inferenceGraph(compute, { inputs: { state: [null, 4] }, variables });
}

const nested = (of: Readonly<Record<string, { values: ArrayLike<number>; shape: readonly number[]; dtype: string }>>) =>
  Object.fromEntries(
    Object.entries(of).map(([name, { values, shape, dtype }]) => [
      name,
      tf.tensor(Array.from(values), [...shape], dtype as "int32").arraySync(),
    ]),
  );

onNative("an exported greedy decoder gives the same words", () => {
  test("in Python's TensorFlow", (context) => {
    const python = pythonWith("tensorflow");
    if (python === undefined) return context.skip("no Python with tensorflow; UNROLL_TEST_PYTHON may name one");
    const graph = decoder();
    const folder = temporaryFolder();
    writeFileSync(join(folder, "saved_model.pb"), savedModelFile(graph));
    const cases = graph.trials.map(({ inputs, outputs }): Case => {
      return { folder, inputs: nested(inputs), dtypes: { state: "float32" }, outputs: nested(outputs) };
    });
    expectSame(python, "saved_model.py", cases, 0);
  });

  test.each(["wasm", "cpu"])("in TensorFlow.js on %s", async (engine) => {
    const graph = decoder();
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries(await browserFiles(graph))) writeFileSync(join(folder, name), bytes);
    const [{ inputs, outputs }] = graph.trials;
    const made = inChild(
      `
      const { readFileSync } = require("node:fs");
      const { modelTopology, signature, weightsManifest } = JSON.parse(readFileSync(${JSON.stringify(join(folder, "model.json"))}));
      const { buffer, byteOffset, byteLength } = readFileSync(${JSON.stringify(`${folder}/`)} + weightsManifest[0].paths[0]);
      const weightData = buffer.slice(byteOffset, byteOffset + byteLength);
      const artifacts = { modelTopology, signature, weightSpecs: weightsManifest[0].weights, weightData };
      const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
      const state = tf.tensor(${JSON.stringify(nested(inputs).state)});
      const before = tf.memory().numTensors;
      const made = await model.executeAsync({ state }, ["ids", "iterations"]);
      const left = tf.memory().numTensors - before - 2;
      print([tf.getBackend(), left, ...made.map((each) => each.arraySync())]);`,
      { UNROLL_ENGINE: engine },
    );
    const { ids, iterations } = nested(outputs);
    expect(made).toEqual([engine, 0, ids, iterations]);
  });
});
