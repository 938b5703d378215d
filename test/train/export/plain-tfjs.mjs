// Runs graph models with plain @tensorflow/tfjs on its cpu backend: no native addon, none of this library. Reads
// [{ folder, inputs, dtypes, output }] from the file named, and prints the largest difference of each as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";

/** What tfjs's own loader does with the files, here from a folder. */
function fromFolder(folder) {
  const { weightsManifest, ...artifacts } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  const [{ paths, weights }] = weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
  return { load: async () => ({ ...artifacts, weightSpecs: weights, weightData: new Uint8Array(bytes).buffer }) };
}

await tf.setBackend("cpu");
const differences = [];
const models = new Map();
for (const { folder, inputs, dtypes, output } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  if (!models.has(folder)) models.set(folder, await tf.loadGraphModel(fromFolder(folder)));
  const given = Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, tf.tensor(v, undefined, dtypes[k])]));
  const before = tf.memory().numTensors;
  const made = await models.get(folder).executeAsync(given, "output");
  const expected = tf.tensor(output);
  differences.push(tf.max(tf.abs(tf.sub(made, expected))).dataSync()[0]);
  if (made.shape.join() !== expected.shape.join()) throw new Error(`[${made.shape}], not [${expected.shape}]`);
  tf.dispose([made, expected]);
  if (tf.memory().numTensors > before + 3) throw new Error("it leaves tensors behind");
}
console.log(JSON.stringify(differences));
