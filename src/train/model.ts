import { nameWeights } from "../arguments";
import { ArgumentError, type Named, type Training } from "../rnn";
import * as tf from "../tf";
import { checkFunction, checkOptions, describe } from "./checks";
import type { Examples, Part } from "./examples/data";
import type { Batch } from "./examples/source";
import type { StreamsOf } from "./examples/stream-source";
import type { StreamedExamples } from "./examples/streamed";
import type { LengthsOf, TensorsOf } from "./examples/tensors-of";
import { isRecord, type Structure } from "./structure";

/**
 * What `fit` trains: weights, and a function that computes outputs from a batch of inputs with them. Any object of
 * this form will do; `modelOf` makes one of cells, layers and a function.
 *
 * `X` is the tensor that the model takes, or a record of tensors; `O` is the tensor or the record that it returns. With
 * them the compiler refuses data of another rank or with other names.
 *
 * @example
 *   const head = new Dense({ inputSize: 3, outputSize: 2 });
 *   const own: Model<tf.Tensor2D> = { variables: head.variables, call: (x) => head.call(x) };
 */
// biome-ignore lint/suspicious/noExplicitAny: a model of any x
export interface Model<X = any, O extends Structure<tf.Tensor> = tf.Tensor> {
  /** All weights that `call` uses. */
  readonly variables: readonly tf.Variable[];
  /**
   * Computes the outputs of a batch. It must run the same operations at every call, because it becomes a graph.
   *
   * @param x `[batch, …]`; a record of tensors where the data's x is a record
   * @param training given in training only: it switches dropout on, and its seed and step fix what dropout draws
   * @param lengths x's: the number of live time steps of each sequence, int32 `[batch]`, where the data have lengths;
   *   where x is a record, a record of those parts that have lengths
   * @returns `[batch, …]`, without a last activation where the loss takes logits; or a record of several outputs
   */
  readonly call: (x: X, training?: Training, lengths?: LengthsOf<X>) => O;
  /** The weights by name, for messages, files and histograms. Default: the weights are numbered. */
  readonly weights?: Readonly<Record<string, tf.Variable>>;
  /**
   * Looks at data in memory before the first step, for what a graph cannot see. `where` is the function that got the data,
   * `argument` their name there. Default: nothing more is checked.
   */
  readonly checkData?: (where: string, argument: string, data: { readonly x: unknown; readonly y?: unknown }) => void;
}

/** A model of any inputs and outputs. */
// biome-ignore lint/suspicious/noExplicitAny: any
export type AnyModel = Model<any, any>;

/**
 * Makes a model of cells and layers and the function that joins them.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 150 });
 *   const head = new Dense({ inputSize: 150, outputSize: 10 });
 *   const classifier = modelOf({ rnn: cell, head }, (x: tf.Tensor3D, training, sequenceLength) =>
 *     head.call(dynamicRnn(cell, x, { training, sequenceLength })[1]),
 *   );
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 150 });
 *   const last = modelOf({ cell }, (x) => dynamicRnn(cell, x)[1], { like: mnist.train }); // x is a tf.Tensor3D
 *
 * @param parts cells and layers. The key is the scope before the names of the part's weights:
 *   `rnn/basic_rnn_cell/kernel`
 * @param call computes the outputs of a batch; see `Model`. It says the type of x, or gets it from `like`
 * @param options `like`: data of the form that the model takes. The compiler knows from its type which tensors x and the
 *   lengths are, so that `call` need not say it. Default: `call` says the type of x
 * @throws ArgumentError when a part is not a cell or layer, no part has weights, or `like` is not data
 */
// biome-ignore lint/suspicious/noExplicitAny: without a type, x may be anything
export function modelOf<X = any, O extends Structure<tf.Tensor> = tf.Tensor>(
  parts: Readonly<Record<string, Named>>,
  call: Model<X, O>["call"],
): Model<X, O>;
export function modelOf<P extends Structure<Part>, O extends Structure<tf.Tensor>>(
  parts: Readonly<Record<string, Named>>,
  call: Model<TensorsOf<P>, O>["call"],
  options: ModelOptions<P>,
): Model<TensorsOf<P>, O>;
export function modelOf(parts: Readonly<Record<string, Named>>, call: Model["call"], options?: ModelOptions): AnyModel {
  checkFunction("modelOf", "call", call);
  if (options !== undefined) {
    checkOptions("modelOf", options, ["like"]);
    checkLike("modelOf", options.like);
  }
  const entries = Object.entries(parts ?? {});
  for (const [scope, part] of entries) {
    if (Array.isArray(part?.variables)) continue;
    throw new ArgumentError("modelOf", `parts.${scope}`, "a cell or layer, with `variables`", describe(part));
  }
  const weights = Object.fromEntries(entries.flatMap(([scope, part]) => scoped(scope, part)));
  const variables = [...new Set(entries.flatMap(([, part]) => part.variables))];
  if (variables.length === 0) throw new ArgumentError("modelOf", "parts", "cells or layers with weights", "no weights");
  nameWeights(weights);
  return { variables, weights, call };
}

/** Data of any kind whose x is of type `P`. */
export type DataLike<P extends Structure<Part>> = Examples<P> | StreamedExamples<P> | StreamsOf<P, unknown>;

/** Options of `modelOf`. */
export interface ModelOptions<P extends Structure<Part> = Structure<Part>> {
  /** Data of the form that the model takes, `{ x }`, streamed or streams. Only their type counts. Required. */
  like: DataLike<P>;
}

/** @throws ArgumentError when `like` has not the form of data */
export function checkLike(where: string, like: unknown): void {
  if (like !== null && typeof like === "object" && ("x" in like || "batch" in like)) return;
  throw new ArgumentError(where, "like", "data, { x } or streamed", describe(like));
}

function scoped(scope: string, { weights, variables }: Named): [string, tf.Variable][] {
  const named = weights ?? Object.fromEntries(variables.map((variable, i) => [`${i}`, variable]));
  return Object.entries(named).map(([name, variable]) => [scope === "" ? name : `${scope}/${name}`, variable]);
}

/** Calls a model. @throws ArgumentError when the model returns neither a tensor nor a record of tensors */
export const callModel = (
  where: string,
  model: AnyModel,
  { x, lengths }: Pick<Batch, "x" | "lengths">,
  training?: Training,
): Structure<tf.Tensor> => checkOutputs(where, model.call(x, training, lengths?.x));

/** Refuses what a model returned unless it is a tensor or a record of tensors. @throws ArgumentError */
export function checkOutputs(where: string, outputs: unknown): Structure<tf.Tensor> {
  if (outputs instanceof tf.Tensor) return outputs;
  if (isRecord(outputs) && Object.keys(outputs).length > 0) {
    const other = Object.entries(outputs).find(([, each]) => !(each instanceof tf.Tensor));
    if (other === undefined) return outputs as Readonly<Record<string, tf.Tensor>>;
    throw new ArgumentError(where, `what model.call returns, ${other[0]}`, "a tensor", describe(other[1]));
  }
  // nobody will await this promise, and its rejection must not end the process
  if (outputs instanceof Promise) outputs.catch(() => undefined);
  throw new ArgumentError(where, "what model.call returns", "a tensor, or a record of tensors", describe(outputs));
}

/** The outputs of a model that is to have one. @throws ArgumentError for a record of outputs */
export function singleOutput(where: string, outputs: Structure<tf.Tensor>): tf.Tensor {
  if (outputs instanceof tf.Tensor) return outputs;
  throw new ArgumentError(where, "what model.call returns", "a tensor", `a record, ${Object.keys(outputs).join(", ")}`);
}

/** A model's weights by name, or by number where the model gives no names. */
export function weightsByName(model: AnyModel): Readonly<Record<string, tf.Variable>> {
  return model.weights ?? Object.fromEntries(model.variables.map((variable, i) => [`${i}`, variable]));
}

/** Refuses a value that is not a model, and a model with disposed weights. @throws ArgumentError */
export function checkModel(where: string, model: AnyModel): void {
  const { variables, call } = (model ?? {}) as Partial<Model>;
  if (typeof call !== "function" || !Array.isArray(variables)) {
    throw new ArgumentError(where, "model", "{ variables, call }, a model", describe(model));
  }
  const wrong = variables.findIndex((variable) => !(variable instanceof tf.Variable) || variable.isDisposed);
  if (wrong < 0) return;
  const got = variables[wrong] instanceof tf.Variable ? "a disposed one" : describe(variables[wrong]);
  throw new ArgumentError(where, `model.variables[${wrong}]`, "a variable", got);
}
