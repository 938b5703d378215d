import { browserFiles, CompileError, type InferenceGraph, inferenceGraph, savedModelFile } from "../../compile";
import { saveFiles } from "../../data";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import { checkOptions, checkPath } from "../checks";
import type { Batch } from "../examples/source";
import { type AnyModel, callModel, checkModel, weightsByName } from "../model";
import { isRecord } from "../structure";
import { batchOfInputs, type ExportInputs, type GraphInput, graphInputs, trialNumbers } from "./export-inputs";
import { type PageOptions, pageForm } from "./page-form";

export interface ExportOptions {
  /**
   * The shapes of the inputs: `x`, and `lengths` (int32, `[null]`) where the model uses them. `null` stands for any
   * size: the first one is the batch size, the second one the number of time steps. `{ x: [null, null, 28] }` is
   * float32; `{ x: { shape: [null, null], dtype: "int32" } }` are word indices.
   *
   * Where the model's x is a record, records of them: `{ x: { image: [null, 28, 28], text: [null, null, 9] }, lengths: {
   * text: [null] } }`. Each part then has its own number of time steps; a text in place of `null` names a size that
   * several parts share, `{ a: [null, "steps", 3], b: [null, "steps", 2] }`.
   *
   * The graph's inputs are `x` and `lengths`, its output is `output`. Of records, they have the names of the parts,
   * `image`, `text`, `text_lengths`, and of the outputs.
   *
   * The graph is built by trials: word numbers are chosen below the number of rows of the smallest weight; a fixed size
   * is tried as it is, so a batch of 100 000 takes seconds and a gigabyte. Required.
   */
  inputs: ExportInputs;
}

export interface GraphModelOptions extends ExportOptions, PageOptions {}

/**
 * Writes a model for inference as a TensorFlow SavedModel, for any batch size and length. Python's
 * `tf.saved_model.load`, TensorFlow Serving and tfjs-node's `tf.node.loadSavedModel` load it. Its signature
 * `serving_default` goes from the inputs by name to the outputs by name. The weights are constants in it, and dropout is off.
 *
 * @example
 *   await exportSavedModel(model, "exported/mnist", { inputs: { x: [null, 28, 28] } });
 *
 * @param folder is made; `saved_model.pb` in it is replaced
 * @throws ArgumentError for a model, path or shape that is wrong, for an output with the name of an input, or when the
 *   model refuses the sizes of a trial
 * @throws CompileError naming the operation that cannot be written for all sizes; nothing is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportSavedModel(model: AnyModel, folder: string, options: ExportOptions): Promise<void> {
  checkPath("exportSavedModel", "folder", folder);
  checkModel("exportSavedModel", model);
  checkOptions("exportSavedModel", options, ["inputs"]);
  const inputs = graphInputs("exportSavedModel", options.inputs);
  const bytes = savedModelFile(graphOf("exportSavedModel", model, inputs));
  await saveFiles(folder, { "saved_model.pb": bytes });
}

/**
 * Writes a model for inference as a folder that a browser runs, for any batch size and length, without any other files:
 * a graph model of plain TensorFlow.js (`model.json` and weights, for `tf.loadGraphModel`), TensorFlow.js itself, and a
 * page that runs the model. The page has a form for one example: a field in which a digit is drawn where x is float32
 * of 28×28 pixels, a text box where a tokenizer is given, else a field of numbers. Any static web server can serve it.
 * In a page of your own, `(await tf.loadGraphModel("./model.json")).executeAsync({ x }, "output")` runs it.
 *
 * The weights' files are named by their content, and `model.json` is written last: whenever the program is killed, what
 * lies in the folder is the older model or the new one, wholly.
 *
 * @example
 *   const labels = Array.from("0123456789");
 *   await exportGraphModel(model, "exported/mnist-web", { inputs: { x: [null, 28, 28] }, labels });
 *
 * @param folder is made; files in it with the same names are replaced after all files are written, and the weights of the
 *   model that was there are removed
 * @throws ArgumentError for a model, path or shape that is wrong, for an output with the name of an input, or when the
 *   model refuses the sizes of a trial
 * @throws CompileError naming the operation that cannot be written for all sizes, or that TensorFlow.js lacks; nothing
 *   is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportGraphModel(model: AnyModel, folder: string, options: GraphModelOptions): Promise<void> {
  const where = "exportGraphModel";
  checkPath(where, "folder", folder);
  checkModel(where, model);
  checkOptions(where, options, ["inputs", "tokenizer", "labels"]);
  const inputs = graphInputs(where, options.inputs);
  const graph = graphOf(where, model, inputs);
  await saveFiles(folder, await browserFiles(graph, pageForm(where, inputs, graph, options)));
}

function graphOf(where: string, model: AnyModel, inputs: readonly GraphInput[]): InferenceGraph {
  const variables = weightsByName(model);
  return inferenceGraph((given) => outputsOf(where, model, inputs, given), {
    inputs: Object.fromEntries(inputs.map(({ name, spec }) => [name, spec])),
    variables,
    examples: trialNumbers(inputs, variables),
  });
}

/**
 * The model's outputs in a trial, by name: a single one is `output`. An error of the model gets the sizes of the trial in
 * its message, because the user did not choose them.
 */
function outputsOf(
  where: string,
  model: AnyModel,
  inputs: readonly GraphInput[],
  given: Readonly<Record<string, tf.Tensor>>,
): Readonly<Record<string, tf.Tensor>> {
  const outputs = callTried(where, model, inputs, given);
  if (!isRecord(outputs)) return { output: outputs as tf.Tensor };
  const taken = Object.keys(outputs).find((name) => inputs.some((input) => input.name === name));
  if (taken === undefined) return outputs as Readonly<Record<string, tf.Tensor>>;
  const names = inputs.map(({ name }) => name).join(", ");
  throw new ArgumentError(where, "the model's outputs", `other names than the inputs', ${names}`, taken);
}

function callTried(
  where: string,
  model: AnyModel,
  inputs: readonly GraphInput[],
  given: Readonly<Record<string, tf.Tensor>>,
) {
  try {
    return callModel(where, model, batchOfInputs(inputs, given) as unknown as Batch);
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
