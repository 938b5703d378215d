import { ArgumentError, type Named, type Training } from "../rnn";
import * as tf from "../tf";
import { checkFunction, describe } from "./checks";

/**
 * What `fit` trains: weights, and a function that computes outputs from a batch of inputs with them. Any object of
 * this form will do; `modelOf` makes one of cells, layers and a function.
 */
export interface Model {
  /** All weights that `call` uses. */
  readonly variables: readonly tf.Variable[];
  /**
   * Computes the outputs of a batch. It must run the same operations at every call, because it becomes a graph.
   *
   * @param x `[batch, …]`
   * @param training given in training only: it switches dropout on, and its seed and step fix what dropout draws
   * @param lengths the number of live time steps of each sequence, int32 `[batch]`, where the data have lengths
   * @returns `[batch, …]`, without a last activation where the loss takes logits
   */
  // biome-ignore lint/suspicious/noExplicitAny: the rank of x is the model's own business
  call(x: any, training?: Training, lengths?: tf.Tensor1D): tf.Tensor;
  /** The weights by name, for messages, files and histograms. Default: the weights are numbered. */
  readonly weights?: Readonly<Record<string, tf.Variable>>;
}

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
 * @param parts cells and layers. The key is the scope before the names of the part's weights:
 *   `rnn/basic_rnn_cell/kernel`
 * @param call computes the outputs of a batch; see `Model`
 * @throws ArgumentError when a part is not a cell or layer, or no part has weights
 */
export function modelOf(parts: Readonly<Record<string, Named>>, call: Model["call"]): Model {
  checkFunction("modelOf", "call", call);
  const entries = Object.entries(parts ?? {});
  for (const [scope, part] of entries) {
    if (Array.isArray(part?.variables)) continue;
    throw new ArgumentError("modelOf", `parts.${scope}`, "a cell or layer, with `variables`", describe(part));
  }
  const weights = Object.fromEntries(entries.flatMap(([scope, part]) => scoped(scope, part)));
  const variables = [...new Set(entries.flatMap(([, part]) => part.variables))];
  if (variables.length === 0) throw new ArgumentError("modelOf", "parts", "cells or layers with weights", "no weights");
  return { variables, weights, call };
}

function scoped(scope: string, { weights, variables }: Named): [string, tf.Variable][] {
  const named = weights ?? Object.fromEntries(variables.map((variable, i) => [`${i}`, variable]));
  return Object.entries(named).map(([name, variable]) => [scope === "" ? name : `${scope}/${name}`, variable]);
}

/** Calls a model. @throws ArgumentError when the model does not return a tensor */
export function callModel(
  where: string,
  model: Model,
  x: tf.Tensor,
  lengths?: tf.Tensor1D,
  training?: Training,
): tf.Tensor {
  const outputs: unknown = model.call(x, training, lengths);
  if (outputs instanceof tf.Tensor) return outputs;
  // nobody will await this promise, and its rejection must not end the process
  if (outputs instanceof Promise) outputs.catch(() => undefined);
  throw new ArgumentError(where, "what model.call returns", "a tensor", describe(outputs));
}

/** A model's weights by name, or by number where the model gives no names. */
export function weightsByName(model: Model): Readonly<Record<string, tf.Variable>> {
  return model.weights ?? Object.fromEntries(model.variables.map((variable, i) => [`${i}`, variable]));
}

/** Refuses a value that is not a model, and a model with disposed weights. @throws ArgumentError */
export function checkModel(where: string, model: Model): void {
  const { variables, call } = (model ?? {}) as Partial<Model>;
  if (typeof call !== "function" || !Array.isArray(variables)) {
    throw new ArgumentError(where, "model", "{ variables, call }, a model", describe(model));
  }
  const wrong = variables.findIndex((variable) => !(variable instanceof tf.Variable) || variable.isDisposed);
  if (wrong < 0) return;
  const got = variables[wrong] instanceof tf.Variable ? "a disposed one" : describe(variables[wrong]);
  throw new ArgumentError(where, `model.variables[${wrong}]`, "a variable", got);
}
