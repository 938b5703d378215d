import { ArgumentError, type Named, type Training } from "../rnn";
import * as tf from "../tf";
import { checkFunction, describe } from "./checks";

/**
 * What is trained: weights, and a function from a batch of inputs to outputs that uses them. Any object of this form
 * will do; `modelOf` makes one of cells, layers and a function.
 */
export interface Model {
  /** Every weight that `call` uses. */
  readonly variables: readonly tf.Variable[];
  /**
   * Outputs of a batch. The same operations every time: it becomes a graph.
   *
   * @param x `[batch, …]`
   * @param training switches dropout on and says where it draws; there in training only
   * @param lengths int32 `[batch]`, the live time steps of each sequence, where the data have them
   * @returns `[batch, …]`, without a last activation where the loss wants logits
   */
  // biome-ignore lint/suspicious/noExplicitAny: the rank of x is the model's own business
  call(x: any, training?: Training, lengths?: tf.Tensor1D): tf.Tensor;
  /** The weights by name, for messages, files and histograms; numbered where there are none. */
  readonly weights?: Readonly<Record<string, tf.Variable>>;
}

/**
 * A model of cells and layers and the function that joins them.
 *
 *   const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D, training, sequenceLength) =>
 *     head.call(dynamicRnn(cell, x, { training, sequenceLength })[1]));
 *
 * @param parts cells and layers by the scope that stands before the names of their weights: `rnn/basic_rnn_cell/kernel`
 * @param call the outputs of a batch; see `Model`
 * @throws ArgumentError when the parts have no weights, or are none
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

/** A model's outputs. @throws ArgumentError when they are no tensor */
export function callModel(
  where: string,
  model: Model,
  x: tf.Tensor,
  lengths?: tf.Tensor1D,
  training?: Training,
): tf.Tensor {
  const outputs: unknown = model.call(x, training, lengths);
  if (outputs instanceof tf.Tensor) return outputs;
  if (outputs instanceof Promise) outputs.catch(() => undefined); // what it was to be is of no use any more
  throw new ArgumentError(where, "what model.call returns", "a tensor", describe(outputs));
}

/** A model's weights by name; by number where it names none. */
export function weightsByName(model: Model): Readonly<Record<string, tf.Variable>> {
  return model.weights ?? Object.fromEntries(model.variables.map((variable, i) => [`${i}`, variable]));
}

/** Refuses what is no model, or has lost its weights. @throws ArgumentError */
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
