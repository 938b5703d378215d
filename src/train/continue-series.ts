import { compile } from "../compile";
import type { NumericArray } from "../data";
import { ArgumentError, toTensor } from "../rnn";
import * as tf from "../tf";
import { checkArray } from "./check-array";
import { checkCount, checkOptions } from "./checks";
import { callModel, checkModel, type Model, singleOutput } from "./model";
import { willCompile } from "./step/will-compile";
import { stopError, watchForStop } from "./stop";

export interface ContinueOptions {
  /**
   * true: each value is one run of a native graph; false: one operation at a time, with the same numbers. Default:
   * true with the native engine and 8 values or more.
   */
  compiled?: boolean;
  /** Ends the loop: the promise is rejected with the signal's reason. Default: none. */
  signal?: AbortSignal;
}

/**
 * Continues a series with a model's own forecasts: the forecast is appended to the model's window, the window's first
 * value is dropped, and the model forecasts again.
 *
 * @example
 *   const start = numericArray(new Float32Array(20), [1, 20, 1]);
 *   const forecast = await continueSeries(model, start, 300); // shape [1, 300, 1]
 *
 * @param model takes windows `[batch, nSteps, features]`; gives outputs of the same shape, each the value one step
 *   later, or `[batch, features]`, the value after the window
 * @param start the first windows
 * @returns the values after `start`, `[batch, count, features]`
 * @throws ArgumentError when `start` is not a batch of windows, or the outputs do not fit behind the windows; the
 *   signal's reason when it is aborted, an AbortError at Ctrl-C
 */
export async function continueSeries(
  model: Model,
  start: NumericArray,
  count: number,
  options: ContinueOptions = {},
): Promise<NumericArray<Float32Array, 3>> {
  const where = "continueSeries";
  checkModel(where, model);
  checkArray({ where, argument: "start" }, "x", start);
  if (start.shape.length !== 3) {
    throw new ArgumentError(where, "start", "windows [batch, nSteps, features]", `[${start.shape.join(", ")}]`);
  }
  checkCount(where, "count", count);
  checkOptions(where, options, ["compiled", "signal"]);
  const compiled = willCompile(where, options.compiled, count);
  const shift = (window: tf.Tensor) => [
    shifted(window as tf.Tensor3D, singleOutput(where, callModel(where, model, { x: window }))),
  ];
  const watch = await watchForStop(options.signal);
  const forecasts: tf.Tensor[] = [];
  let step: ReturnType<typeof compile> | undefined;
  let window: tf.Tensor | undefined;
  try {
    step = compiled ? compile(shift, { variables: model.variables }) : undefined;
    window = tf.tidy(() => toTensor(start).toFloat()) as tf.Tensor;
    while (forecasts.length < count) {
      if (watch.reason !== undefined) throw stopError(where, options.signal);
      const last: tf.Tensor = window;
      [window] = (step?.(last) ?? tf.tidy(() => shift(last))) as [tf.Tensor];
      last.dispose();
      forecasts.push(tf.tidy(() => valueAt(window as tf.Tensor3D, start.shape[1] as number)));
      await watch.yieldIfDue();
    }
    const [batch = 0, , features = 0] = start.shape;
    const data = tf.tidy(() => tf.concat(forecasts, 1).dataSync()) as Float32Array;
    return { data, shape: [batch, count, features] };
  } finally {
    watch.close();
    step?.dispose();
    tf.dispose([window as tf.Tensor, ...forecasts]);
  }
}

/** Moves the window on by one time step. */
function shifted(window: tf.Tensor3D, outputs: tf.Tensor): tf.Tensor3D {
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

/** The value at time step number `count` (counted from 1), `[batch, 1, features]`. */
const valueAt = (values: tf.Tensor3D, count: number): tf.Tensor3D =>
  tf.slice(values, [0, count - 1, 0], [values.shape[0], 1, values.shape[2]]);
