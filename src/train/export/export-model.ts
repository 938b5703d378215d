import {
  browserFiles,
  CompileError,
  type ExampleOf,
  type InferenceGraph,
  type InputSpec,
  inferenceGraph,
  savedModelFile,
} from "../../compile";
import { saveFiles } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import { checkOptions, checkPath, describe } from "../checks";
import { type AnyModel, callModel, checkModel, singleOutput, weightsByName } from "../model";

export interface ExportOptions {
  /**
   * The shapes of the inputs: `x`, and `lengths` (int32, `[null]`) where the model uses them. `null` stands for any
   * size: the first one is the batch size, the second one the number of time steps. `{ x: [null, null, 28] }` is
   * float32; `{ x: { shape: [null, null], dtype: "int32" } }` are word indices. The graph is built by trials: word
   * numbers are chosen below the number of rows of the smallest weight; a fixed size is tried as it is, so a batch of
   * 100 000 takes seconds and a gigabyte. Required.
   */
  inputs: { readonly x: InputSpec; readonly lengths?: InputSpec };
}

/**
 * Writes a model for inference as a TensorFlow SavedModel, for any batch size and length. Python's
 * `tf.saved_model.load`, TensorFlow Serving and tfjs-node's `tf.node.loadSavedModel` load it. Its signature
 * `serving_default` goes from the inputs by name to `output`. The weights are constants in it, and dropout is off.
 *
 * @example
 *   await exportSavedModel(model, "exported/mnist", { inputs: { x: [null, 28, 28] } });
 *
 * @param folder is made; `saved_model.pb` in it is replaced
 * @throws ArgumentError for a model, path or shape that is wrong, or when the model refuses the sizes of a trial
 * @throws CompileError naming the operation that cannot be written for all sizes; nothing is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportSavedModel(model: AnyModel, folder: string, options: ExportOptions): Promise<void> {
  checkPath("exportSavedModel", "folder", folder);
  const bytes = savedModelFile(graphOf("exportSavedModel", model, options));
  await saveFiles(folder, { "saved_model.pb": bytes });
}

/**
 * Writes a model for inference as a folder that a browser runs, for any batch size and length, without any other
 * files: a graph model of plain TensorFlow.js (`model.json` and weights, for `tf.loadGraphModel`), TensorFlow.js
 * itself, and a page that runs the model. Any static web server can serve it. In a page of your own, `(await
 * tf.loadGraphModel("model.json")).executeAsync({ x }, "output")` runs it.
 *
 * @example
 *   await exportGraphModel(model, "exported/mnist-web", { inputs: { x: [null, 28, 28] } });
 *
 * @param folder is made; files in it with the same names are replaced after all files are written
 * @throws ArgumentError for a model, path or shape that is wrong, or when the model refuses the sizes of a trial
 * @throws CompileError naming the operation that cannot be written for all sizes, or that TensorFlow.js lacks; nothing
 *   is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportGraphModel(model: AnyModel, folder: string, options: ExportOptions): Promise<void> {
  checkPath("exportGraphModel", "folder", folder);
  const graph = graphOf("exportGraphModel", model, options);
  await saveFiles(folder, await browserFiles(graph));
}

function graphOf(where: string, model: AnyModel, options: ExportOptions): InferenceGraph {
  checkModel(where, model);
  checkOptions(where, options, ["inputs"]);
  const { x, lengths } = checkInputs(where, options.inputs);
  const inputs = { x, ...(lengths && { lengths: asLengths(lengths) }) };
  const output = (given: Record<string, tf.Tensor>) => ({ output: outputOf(where, model, given) });
  const variables = weightsByName(model);
  const examples = { ...(lengths && { lengths: trialLengths }), ...(isInt32(x) && { x: trialWords(variables) }) };
  return inferenceGraph(output, { inputs, variables, examples });
}

/** @throws ArgumentError when `inputs` is not an object of shapes with an x */
function checkInputs(where: string, inputs: ExportOptions["inputs"]): ExportOptions["inputs"] {
  const expected = "an object { x: shape, lengths: shape }, without lengths where the model uses none";
  if (inputs === null || typeof inputs !== "object" || Array.isArray(inputs)) {
    throw new ArgumentError(where, "inputs", expected, describe(inputs));
  }
  const other = Object.keys(inputs).find((name) => name !== "x" && name !== "lengths");
  if (other !== undefined) throw new ArgumentError(where, "inputs", expected, `also ${other}`);
  if (inputs.x === undefined) throw new ArgumentError(where, "inputs.x", "a shape, say [null, null, 28]", "undefined");
  return inputs;
}

/**
 * The model's outputs in a trial. An error of the model gets the sizes of the trial in its message, because the user
 * did not choose them.
 */
function outputOf(where: string, model: AnyModel, given: Record<string, tf.Tensor>): tf.Tensor {
  try {
    const { x, lengths } = given;
    const batch = { x: x as tf.Tensor, ...(lengths && { lengths: { x: lengths as tf.Tensor1D } }) };
    return singleOutput(where, callModel(where, model, batch));
  } catch (error) {
    if (error instanceof CompileError || (error as Partial<ArgumentError>)?.where === where) throw error;
    const shapes = Object.entries(given).map(([name, { shape }]) => `${name} [${shape}]`);
    const trial = `${where}, tried with ${shapes.join(" and ")}`;
    if (error instanceof ArgumentError) {
      throw new ArgumentError(`${trial}: ${error.where}`, error.argument, error.expected, error.actual);
    }
    throw new CompileError(`${trial}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/**
 * Lengths for a trial: the first is the longest, and each next one is one step shorter, so that every batch has frozen
 * states.
 */
const trialLengths: ExampleOf = (i, { x }) => {
  const steps = x?.[1] ?? 1;
  return steps - (i % steps);
};

/** Word numbers for a trial that every embedding table has: below the number of rows of the smallest weight. */
function trialWords(variables: Readonly<Record<string, tf.Variable>>): ExampleOf {
  const rows = Object.values(variables).flatMap(({ shape }) => (shape.length > 1 ? [shape[0] as number] : []));
  const words = rows.length === 0 ? 1 : Math.min(...rows);
  return (i) => i % words;
}

const isInt32 = (spec: InputSpec) => !Array.isArray(spec) && (spec as { dtype?: string } | null)?.dtype === "int32";

/** The spec of lengths, which are int32. */
const asLengths = (spec: InputSpec): InputSpec =>
  Array.isArray(spec)
    ? { shape: spec, dtype: "int32" }
    : { dtype: "int32", ...(spec as Exclude<InputSpec, readonly unknown[]>) };
