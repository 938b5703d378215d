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
import { callModel, checkModel, type Model, weightsByName } from "../model";

export interface ExportOptions {
  /**
   * What goes in: `x`, and `lengths` where the model uses them (int32, `[null]`). A `null` is any size: the first is the
   * batch's, the second the number of time steps. `{ x: [null, null, 28] }` is float32;
   * `{ x: { shape: [null, null], dtype: "int32" } }` are word numbers; the graph is tried with small ones, below the least
   * number of rows that a weight has. A number is tried as it is: a batch of 100 000 takes seconds and a gigabyte.
   */
  inputs: { readonly x: InputSpec; readonly lengths?: InputSpec };
}

/**
 * Writes a model for inference as a TensorFlow SavedModel, for any batch size and length: Python's `tf.saved_model.load`,
 * TensorFlow Serving and tfjs-node's `tf.node.loadSavedModel` load it. Its signature, `serving_default`, goes from the
 * inputs by name to `output`. Weights are constants in it; dropout is off.
 *
 * @param folder is made; its file, `saved_model.pb`, is replaced
 * @throws ArgumentError on what is no model, path or shape, or what the model refuses at the sizes that it is tried with
 * @throws CompileError naming the operation that cannot be written for all sizes; nothing is written then
 * @throws DataError when the folder cannot be written
 */
export async function exportSavedModel(model: Model, folder: string, options: ExportOptions): Promise<void> {
  checkPath("exportSavedModel", "folder", folder);
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
 * @param folder is made; files in it with the same names are replaced, none before all are written
 * @throws ArgumentError on what is no model, path or shape, or what the model refuses at the sizes that it is tried with
 * @throws CompileError naming the operation that cannot be written for all sizes, or that TensorFlow.js lacks; nothing is
 *   written then
 * @throws DataError when the folder cannot be written
 */
export async function exportGraphModel(model: Model, folder: string, options: ExportOptions): Promise<void> {
  checkPath("exportGraphModel", "folder", folder);
  const graph = graphOf("exportGraphModel", model, options);
  await saveFiles(folder, await browserFiles(graph));
}

function graphOf(where: string, model: Model, options: ExportOptions): InferenceGraph {
  checkModel(where, model);
  checkOptions(where, options, ["inputs"]);
  const { x, lengths } = checkInputs(where, options.inputs);
  const inputs = { x, ...(lengths && { lengths: asLengths(lengths) }) };
  const output = (given: Record<string, tf.Tensor>) => ({ output: outputOf(where, model, given) });
  const variables = weightsByName(model);
  const examples = { ...(lengths && { lengths: lengthAt }), ...(isWhole(x) && { x: wordAt(variables) }) };
  return inferenceGraph(output, { inputs, variables, examples });
}

/** @throws ArgumentError for what is no record of shapes with an x */
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

/** The model's outputs of a trial. An error of its own names the sizes, which are not the user's. */
function outputOf(where: string, model: Model, given: Record<string, tf.Tensor>): tf.Tensor {
  try {
    return callModel(where, model, given.x as tf.Tensor, given.lengths as tf.Tensor1D | undefined);
  } catch (error) {
    if (error instanceof CompileError || (error as Partial<ArgumentError>)?.where === where) throw error;
    const shapes = Object.entries(given).map(([name, { shape }]) => `${name} [${shape}]`);
    const place = `${where}, tried with ${shapes.join(" and ")}`;
    if (error instanceof ArgumentError) {
      throw new ArgumentError(`${place}: ${error.where}`, error.argument, error.expected, error.actual);
    }
    throw new CompileError(`${place}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
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
