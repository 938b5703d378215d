import type { NumericArray } from "../../../data";
import { checkFunction } from "../../checks";
import type { Direction } from "../../direction";

/**
 * A metric of all predictions: a function of all outputs and all targets of a data set, and of options. `mode` says
 * whether small or large values are good. `rocAuc`, `f1Score` and `r2Score` have this form.
 */
export interface MetricOfAll<O extends object = object> {
  (outputs: NumericArray, y: NumericArray, options: O): number;
  readonly mode?: Direction;
}

/** What `overAll` gives to `fit` and `evaluate`. */
export interface OverAll {
  readonly overAll: (outputs: NumericArray, y: NumericArray, weights?: Float32Array) => number;
  readonly mode?: Direction;
}

/**
 * Makes a metric of `fit` and `evaluate` of a function of all predictions, for what cannot be added up batch by batch.
 * It keeps the outputs of all batches in memory and calls the function once for each measurement. Time steps past the
 * end of a sequence are left out; then outputs are `[time steps, …]` and y is `[time steps]`.
 *
 * @example
 *   const result = await evaluate(model, mnist.test, {
 *     metrics: { accuracy, macroF1: overAll(f1Score, { average: "macro" }), top3: overAll(topKAccuracy, { k: 3 }) },
 *   });
 *   console.log(result.macroF1, result.top3);
 *
 * @param metric gets the data's weights as its option `weights`, where the data have them
 * @param options of the metric; `mode` is for callbacks that monitor the value. Default of `mode`: the function's own
 * @throws ArgumentError when `metric` is no function
 */
export function overAll<O extends object>(
  metric: MetricOfAll<O>,
  ...[options]: object extends O ? [options?: O & { mode?: Direction }] : [options: O & { mode?: Direction }]
): OverAll {
  checkFunction("overAll", "metric", metric);
  const { mode = metric.mode, ...given } = { ...options } as O & { mode?: Direction };
  return {
    overAll: (outputs, y, weights) => metric(outputs, y, { ...given, ...(weights && { weights }) } as unknown as O),
    ...(mode && { mode }),
  };
}
