import { compile } from "../compile";
import type { NumericArray } from "../data";
import { ArgumentError, toTensor } from "../rnn";
import * as tf from "../tf";
import { checkCount, checkOptions } from "./checks";
import { checkArray } from "./examples/arrays";
import { callModel, checkModel, type Model } from "./model";
import { willCompile } from "./step/step";
import { stopError, watchForStop } from "./stop";

export interface ContinueOptions {
  /** As one native graph for each value, where it can be, unless told; the numbers are the same. */
  compiled?: boolean;
  /** Ends it; the promise is rejected with the signal's reason then. */
  signal?: AbortSignal;
}

/**
 * Lets a model that foretells the next value go on by itself: what it foretells is put at the end of its window, the
 * window's first value is dropped, and so on.
 *
 *   const later = await continueSeries(model, { data: new Float32Array(20), shape: [1, 20, 1] }, 300); // [1, 300, 1]
 *
 * @param model from windows `[batch, nSteps, features]` to outputs of that shape, each the value one step later, or to
 *   `[batch, features]`, the value after the window
 * @param start the first windows
 * @returns the values after `start`, `[batch, count, features]`
 * @throws ArgumentError for a start that is no windows, or outputs that cannot be put after them; the signal's reason
 *   when it is aborted, an AbortError at Ctrl-C
 */
export async function continueSeries(
  model: Model,
  start: NumericArray,
  count: number,
  options: ContinueOptions = {},
): Promise<NumericArray<Float32Array>> {
  const where = "continueSeries";
  checkModel(where, model);
  checkArray({ where, argument: "start" }, "x", start);
  if (start.shape.length !== 3) {
    throw new ArgumentError(where, "start", "windows [batch, nSteps, features]", `[${start.shape.join(", ")}]`);
  }
  checkCount(where, "count", count);
  checkOptions(where, options, ["compiled", "signal"]);
  const compiled = willCompile(where, options.compiled, count);
  const move = (window: tf.Tensor) => [moved(window as tf.Tensor3D, callModel(where, model, window))];
  const watch = await watchForStop(options.signal);
  const made: tf.Tensor[] = [];
  let step: ReturnType<typeof compile> | undefined;
  let window: tf.Tensor | undefined;
  try {
    step = compiled ? compile(move, { variables: model.variables }) : undefined;
    window = tf.tidy(() => toTensor(start).toFloat()) as tf.Tensor;
    while (made.length < count) {
      if (watch.reason !== undefined) throw stopError(where, options.signal);
      const last: tf.Tensor = window;
      [window] = (step?.(last) ?? tf.tidy(() => move(last))) as [tf.Tensor];
      last.dispose();
      made.push(tf.tidy(() => valueAt(window as tf.Tensor3D, start.shape[1] as number)));
      await watch.turn();
    }
    const [batch = 0, , features = 0] = start.shape;
    const data = tf.tidy(() => tf.concat(made, 1).dataSync()) as Float32Array;
    return { data, shape: [batch, count, features] };
  } finally {
    watch.off();
    step?.dispose();
    tf.dispose([window as tf.Tensor, ...made]);
  }
}

/** The window one step later. */
function moved(window: tf.Tensor3D, outputs: tf.Tensor): tf.Tensor3D {
  const [batch, nSteps, features] = window.shape;
  const isSequence = outputs.rank === 3 && outputs.shape[1] === nSteps;
  const last = isSequence ? valueAt(outputs as tf.Tensor3D, nSteps) : outputs;
  if (last.size !== batch * features || (!isSequence && outputs.rank > 2)) {
    const expected = `[${batch}, ${nSteps}, ${features}] or [${batch}, ${features}]`;
    throw new ArgumentError("continueSeries", "outputs", expected, `[${outputs.shape.join(", ")}]`);
  }
  const kept = tf.slice(window, [0, 1, 0], [batch, nSteps - 1, features]);
  return tf.concat([kept, tf.reshape(last, [batch, 1, features])], 1) as tf.Tensor3D;
}

/** The value at time step `count` (from 1), `[batch, 1, features]`. */
const valueAt = (values: tf.Tensor3D, count: number): tf.Tensor3D =>
  tf.slice(values, [0, count - 1, 0], [values.shape[0], 1, values.shape[2]]);
