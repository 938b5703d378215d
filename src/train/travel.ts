import {
  browserFiles,
  type ExampleOf,
  type InferenceGraph,
  type InputSpec,
  inferenceGraph,
  savedModelFile,
} from "../compile";
import { DataError, loadSafetensors, saveFiles, saveSafetensors } from "../data";
import { ArgumentError } from "../rnn";
import type * as tf from "../tf";
import { checkOptions, describe } from "./checks";
import { checkModel, type Model, weightsByName } from "./model";
import { readWeights, writeWeights } from "./weight-arrays";

/**
 * A model's weights as a safetensors file, by their names: `rnn/lstm_cell/kernel`. Python's `safetensors` reads it.
 *
 * @throws ArgumentError on what is no model, or has a weight that is not float32
 * @throws DataError when the file cannot be written
 */
export async function saveWeights(model: Model, file: string): Promise<void> {
  checkModel("saveWeights", model);
  await saveSafetensors(file, readWeights("saveWeights", model));
}

/**
 * Gives a model the weights of a safetensors file, as `saveWeights` writes it.
 *
 * @throws ArgumentError on what is no model, or has a weight that is not float32
 * @throws DataError naming a weight that is missing there, left over, or of another shape, or what is wrong with the file;
 *   nothing is changed then
 */
export async function loadWeights(model: Model, file: string): Promise<void> {
  checkModel("loadWeights", model);
  const arrays = await loadSafetensors(file);
  writeWeights("loadWeights", model, arrays, (...wrong) => new DataError(file, ...wrong));
}

export interface ExportOptions {
  /**
   * What goes in: `x`, and `lengths` where the model uses them (int32, `[null]`). A `null` is any size: the first is the
   * batch's, the second the number of time steps. `{ x: [null, null, 28] }` is float32;
   * `{ x: { shape: [null, null], dtype: "int32" } }` are word numbers; the graph is tried with small ones, below the least
   * number of rows that a weight has.
   */
  inputs: { readonly x: InputSpec; readonly lengths?: InputSpec };
}

/**
 * Writes a model for inference as a TensorFlow SavedModel, for any batch size and length: Python's `tf.saved_model.load`,
 * TensorFlow Serving and tfjs-node's `tf.node.loadSavedModel` load it. Its signature, `serving_default`, goes from the
 * inputs by name to `output`. Weights are constants in it; dropout is off.
 *
 * @param folder is made; its file, `saved_model.pb`, is replaced
 * @throws CompileError naming the operation that cannot be written for all sizes; nothing is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportSavedModel(model: Model, folder: string, options: ExportOptions): Promise<void> {
  const bytes = savedModelFile(graphOf("exportSavedModel", model, options));
  await saveFiles(folder, { "saved_model.pb": bytes });
}

/**
 * Writes a model for inference as a folder that a browser runs, for any batch size and length, with nothing from
 * elsewhere: a graph model of plain TensorFlow.js (`model.json` and weights, for `tf.loadGraphModel`), TensorFlow.js
 * itself, and a page that shows it at work. Any web server of files serves it.
 *
 *   const model = await tf.loadGraphModel("model.json");
 *   const output = await model.executeAsync({ x }, "output");
 *
 * @param folder is made; files in it with the same names are replaced
 * @throws CompileError naming the operation that cannot be written for all sizes, or that TensorFlow.js lacks; nothing is
 *   written then
 * @throws DataError when the folder cannot be written
 */
export async function exportGraphModel(model: Model, folder: string, options: ExportOptions): Promise<void> {
  const graph = graphOf("exportGraphModel", model, options);
  await saveFiles(folder, await browserFiles(graph));
}

function graphOf(where: string, model: Model, options: ExportOptions): InferenceGraph {
  checkModel(where, model);
  checkOptions(where, options, ["inputs"]);
  const { x, lengths, ...others } = options.inputs ?? {};
  const [other] = Object.keys(others);
  if (x === undefined || other !== undefined) {
    throw new ArgumentError(where, "inputs", "{ x, lengths }, by shape", other ?? describe(options.inputs));
  }
  const inputs = { x, ...(lengths && { lengths: asLengths(lengths) }) };
  const output = (given: Record<string, tf.Tensor>) => ({
    output: model.call(given.x, undefined, given.lengths as tf.Tensor1D | undefined),
  });
  const variables = weightsByName(model);
  const examples = { ...(lengths && { lengths: lengthAt }), ...(isWhole(x) && { x: wordAt(variables) }) };
  return inferenceGraph(output, { inputs, variables, examples });
}

/** The longest first, and each one step shorter than the one before it, so that every batch has frozen states. */
const lengthAt: ExampleOf = (i, { x }) => {
  const steps = x?.[1] ?? 1;
  return steps - (i % steps);
};

/** Words that every table has: as many as the smallest of the weights has rows. */
function wordAt(variables: Readonly<Record<string, tf.Variable>>): ExampleOf {
  const rows = Object.values(variables).flatMap(({ shape }) => (shape.length > 1 ? [shape[0] as number] : []));
  const words = rows.length === 0 ? 1 : Math.min(...rows);
  return (i) => i % words;
}

const isWhole = (spec: InputSpec) => !Array.isArray(spec) && (spec as { dtype?: string } | null)?.dtype === "int32";

/** Lengths are whole numbers. */
const asLengths = (spec: InputSpec): InputSpec =>
  Array.isArray(spec)
    ? { shape: spec, dtype: "int32" }
    : { dtype: "int32", ...(spec as Exclude<InputSpec, readonly unknown[]>) };
