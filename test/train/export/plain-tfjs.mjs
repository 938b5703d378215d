/**
 * Runs graph models with plain @tensorflow/tfjs on its cpu backend: no native addon, none of this library. Reads cases from
 * the file named, and prints the largest difference of each as JSON. Plain JavaScript, because Node runs it as it is.
 *
 * @typedef {{ folder: string, inputs: Record<string, tf.TensorLike>, dtypes: Record<string, tf.DataType>, outputs: Record<string, tf.TensorLike> }} Case
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";

/**
 * Does with a folder's files what tfjs's own loader does.
 *
 * @param {string} folder
 * @returns {tf.io.IOHandler}
 */
function fromFolder(folder) {
  const { weightsManifest, ...artifacts } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8"));
  /** @type {{ paths: string[], weights: tf.io.WeightsManifestEntry[] }[]} */
  const [{ paths, weights } = { paths: [], weights: [] }] = weightsManifest;
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
  return { load: async () => ({ ...artifacts, weightSpecs: weights, weightData: new Uint8Array(bytes).buffer }) };
}

/** @returns {Case[]} */
const cases = () => JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));

await tf.setBackend("cpu");
const differences = [];
/** @type {Map<string, tf.GraphModel>} */
const models = new Map();
for (const { folder, inputs, dtypes, outputs } of cases()) {
  const model = models.get(folder) ?? (await tf.loadGraphModel(fromFolder(folder)));
  models.set(folder, model);
  const given = Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, tf.tensor(v, undefined, dtypes[k])]));
  const before = tf.memory().numTensors;
  const names = Object.keys(outputs);
  const made = [await model.executeAsync(given, names)].flat();
  if (made.length !== names.length) throw new Error(`${made.length} outputs, not ${names}`);
  const apart = made.map((tensor, i) => {
    const expected = tf.tensor(outputs[names[i] ?? ""] ?? []);
    if (tensor.shape.join() !== expected.shape.join()) throw new Error(`[${tensor.shape}], not [${expected.shape}]`);
    return tf.tidy(() => tf.max(tf.abs(tf.sub(tensor, expected))).dataSync()[0] ?? Number.NaN);
  });
  differences.push(Math.max(...apart));
  tf.dispose(made);
  if (tf.memory().numTensors > before + made.length) throw new Error("it leaves tensors behind");
}
console.log(JSON.stringify(differences));
