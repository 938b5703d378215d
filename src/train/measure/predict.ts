import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Callback } from "../callback";
import { callEach, checkCallbacks } from "../callback-hooks";
import { describe } from "../checks";
import type { Examples, Part } from "../examples/data";
import type { Batch, Source, Steps } from "../examples/source";
import type { InputsOf, IsAny } from "../examples/tensors-of";
import type { Model } from "../model";
import { batchFunction } from "../step/batch-function";
import { at, isRecord, type Structure } from "../structure";
import { CollectedOutputs } from "./collected-outputs";
import { type PassOptions, passOver, passRunOf } from "./pass";

export interface PredictOptions extends PassOptions {
  /**
   * The part of x whose time steps the outputs' second axis is: "x", or "x.text" of a record; of a model with several
   * outputs, by their names, `{ tags: "x.text" }`. Outputs past the end of a sequence are then 0. Default: none, the
   * outputs are given as the model computes them.
   */
  steps?: string | Readonly<Record<string, string>>;
  /** Their hooks `onPredict…` are called. Default: none. */
  callbacks?: readonly Callback[];
}

/** The outputs of all examples, of the ranks of a batch's outputs: an array, or a record of arrays. */
export type Predicted<O = tf.Tensor> =
  IsAny<O> extends true
    ? NumericArray<Float32Array | Int32Array>
    : O extends tf.Tensor
      ? NumericArray<Float32Array | Int32Array, O["shape"]["length"]>
      : { readonly [K in keyof O]: Predicted<O[K]> };

/**
 * Computes a model's outputs for all examples, in their order, without dropout.
 *
 * @example
 *   const logits = await predict(model, { x: mnist.test.x }); // { data, shape: [10000, 10] }
 *
 * @returns `[examples, …]`; with `steps`, `[examples, longest, …]`, with 0 past the sequences' ends. A record where the
 *   model's outputs are one
 * @throws ArgumentError for options and data that do not fit, and for outputs whose shape differs from batch to batch
 *   without `steps`; for a word index outside an Embedding, naming its example; the signal's reason when it is aborted,
 *   an AbortError at Ctrl-C
 */
export async function predict<X extends Structure<Part>, O extends Structure<tf.Tensor>>(
  model: Model<InputsOf<X>, O>,
  data: Examples<X>,
  options: PredictOptions = {},
): Promise<Predicted<O>> {
  const settings = { where: "predict", needsY: false, more: ["steps", "callbacks"] };
  const predicted = await passOver(settings, model, data, options, async ({ watch, ...pass }) => {
    const { callbacks = [] } = options;
    checkCallbacks("predict", callbacks);
    const run = passRunOf(pass, "predict");
    let names: readonly string[] | undefined;
    const outputs = batchFunction(pass, (batch, computed) => {
      names = isRecord(computed) ? Object.keys(computed) : undefined;
      checkSteps(batch, computed, options.steps);
      return isRecord(computed) ? (Object.values(computed) as tf.Tensor[]) : [computed as tf.Tensor];
    });
    let collected: CollectedOutputs[] | undefined;
    try {
      await callEach(callbacks, (callback) => callback.onPredictBegin?.(run));
      const plan = pass.source.plan(pass.batchSize);
      for (let batch = 0; batch < plan.length; batch++) {
        const indices = plan.at(batch);
        if (watch.reason !== undefined) return undefined;
        await callEach(callbacks, (callback) => callback.onPredictBatchBegin?.(batch, run));
        const results = hintingAtOneExample(data, () => outputs.run(indices));
        collected ??= stepsOf(names, options.steps, pass.source).map(
          ({ argument, steps }) => new CollectedOutputs(argument, pass.source.count, steps),
        );
        for (const [i, result] of results.entries()) {
          collected[i]?.add(indices, result);
          result.dispose();
        }
        await callEach(callbacks, (callback) => callback.onPredictBatchEnd?.(batch, run));
        await watch.yieldIfDue();
      }
      await callEach(callbacks, (callback) => callback.onPredictEnd?.(run));
      const arrays = (collected as CollectedOutputs[]).map((each) => each.array());
      return names === undefined ? arrays[0] : Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
    } finally {
      outputs.dispose();
    }
  });
  return predicted as Predicted<O>;
}

/** @throws ArgumentError for outputs whose second axis is not as long as the time steps of the part of x that `steps` names */
function checkSteps({ x, lengths }: Batch, outputs: Structure<tf.Tensor>, steps: PredictOptions["steps"]): void {
  for (const [name, path] of typeof steps === "object" ? Object.entries(steps) : [[undefined, steps] as const]) {
    if (path === undefined) continue;
    const part = path === "x" ? undefined : path.slice(2);
    const [given, output] = [at(x, part), at(outputs, name)];
    if (at(lengths?.x, part) === undefined || !(given instanceof tf.Tensor && output instanceof tf.Tensor)) continue;
    if (output.shape[1] === given.shape[1]) continue;
    const argument = name === undefined ? "steps" : `steps.${name}`;
    const expected = `outputs whose second axis is the ${given.shape[1]} time steps that ${path} has in a batch`;
    throw new ArgumentError("predict", argument, expected, `outputs [${output.shape.join(", ")}]`);
  }
}

/** The time steps of each output. @throws ArgumentError for a part of x without lengths, or a name of no output */
function stepsOf(
  names: readonly string[] | undefined,
  steps: PredictOptions["steps"],
  source: Source,
): { readonly argument: string; readonly steps: Steps | undefined }[] {
  const find = (argument: string, path: string | undefined): Steps | undefined => {
    if (path === undefined) return undefined;
    const found = source.steps?.(path);
    if (found !== undefined) return found;
    const known = source.paths.filter((each) => each.startsWith("lengths.x")).map((each) => each.slice(8));
    throw new ArgumentError("predict", argument, `a part of x with lengths, among ${known.join(", ") || "none"}`, path);
  };
  if (names === undefined) {
    if (typeof steps === "object")
      throw new ArgumentError("predict", "steps", "a text, for one output", describe(steps));
    return [{ argument: "model", steps: find("steps", steps) }];
  }
  if (typeof steps === "string") {
    throw new ArgumentError("predict", "steps", `a record, for outputs ${names.join(", ")}`, steps);
  }
  const other = Object.keys(steps ?? {}).find((name) => !names.includes(name));
  if (other !== undefined) throw new ArgumentError("predict", "steps", `outputs, ${names.join(", ")}`, other);
  return names.map((name) => ({ argument: `model's ${name}`, steps: find(`steps.${name}`, steps?.[name]) }));
}

/**
 * Runs `compute`. Where the model refuses the data, the error says how to give a single example, because the data may
 * be one.
 *
 * @throws ArgumentError that names predict and data.x
 */
function hintingAtOneExample<T>({ x }: Examples, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof ArgumentError) || error.where === "predict" || Array.isArray(x) || isRecord(x)) throw error;
    const expected = "examples that the model takes, along the first axis ({ x: [it] } for a single one)";
    const refusal = new ArgumentError("predict", "data.x", expected, `${describe(x)} (${error.message})`);
    throw Object.assign(refusal, { cause: error });
  }
}
