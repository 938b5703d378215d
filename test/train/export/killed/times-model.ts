// A model of one number, and which number the model in a folder has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import * as tf from "../../../../src/tf";

export const INPUTS = { inputs: { x: [null, 2] } };

/** A model that multiplies by this number. */
export const timesModel = (factor: number) => {
  const w = tf.variable(tf.fill([2, 2], factor));
  return { variables: [w], weights: { w }, call: (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w) };
};

/** The factor of the model in a folder, as tfjs's own loader would read it; its example must be the model's own. */
export async function factorIn(folder: string): Promise<number> {
  const parse = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const { weightsManifest, ...artifacts } = parse("model.json");
  const [{ paths, weights: weightSpecs }] = weightsManifest;
  const bytes = Buffer.concat(paths.map((path: string) => readFileSync(join(folder, path))));
  const weightData = new Uint8Array(bytes).buffer;
  const model = await tf.loadGraphModel(tf.io.fromMemory({ ...artifacts, weightSpecs, weightData }));
  const example = parse((model.metadata as { example: string }).example);
  const { x } = example.inputs;
  const factor = (model.predict(tf.tensor([[1, 0]])) as tf.Tensor).dataSync()[0] ?? Number.NaN;
  const expected = factor * (x.values[0] + x.values[1]);
  expect(example.outputs.output.values[0]).toBeCloseTo(expected, 4);
  model.dispose();
  return factor;
}
