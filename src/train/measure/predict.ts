import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import { describe } from "../checks";
import type { Examples } from "../examples/source";
import { callModel, type Model } from "../model";
import { batchFunction } from "../step/batch-function";
import { CollectedOutputs } from "./collected-outputs";
import { type PassOptions, passOver } from "./pass";

/**
 * Computes a model's outputs for all examples, in their order, without dropout.
 *
 * @example
 *   const logits = await predict(model, { x: mnist.test.x }); // { data, shape: [10000, 10] }
 *
 * @returns `[examples, …]`. Ragged sequences with an output for each time step give `[examples, longest, …]`, with 0
 *   past their ends
 * @throws ArgumentError for options and data that do not fit; the signal's reason when it is aborted, an AbortError at
 *   Ctrl-C
 */
export async function predict(
  model: Model,
  data: Examples,
  options: PassOptions = {},
): Promise<NumericArray<Float32Array | Int32Array>> {
  return passOver({ where: "predict", needsY: false }, model, data, options, async ({ watch, ...pass }) => {
    const outputs = batchFunction(pass, ({ x, lengths }) => callModel(pass.where, model, x, lengths));
    const collected = new CollectedOutputs(pass.source);
    try {
      for (const indices of pass.source.plan(pass.batchSize)) {
        if (watch.reason !== undefined) return undefined;
        const result = hintingAtOneExample(data, () => outputs.run(indices));
        collected.add(indices, result);
        result.dispose();
        await watch.yieldIfDue();
      }
      return collected.array();
    } finally {
      outputs.dispose();
    }
  });
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
    if (!(error instanceof ArgumentError) || error.where === "predict" || Array.isArray(x)) throw error;
    const expected = "examples that the model takes, along the first axis ({ x: [it] } for a single one)";
    const refusal = new ArgumentError("predict", "data.x", expected, `${describe(x)} (${error.message})`);
    throw Object.assign(refusal, { cause: error });
  }
}
