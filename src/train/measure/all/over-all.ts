import { ArgumentError, isOptions } from "../../../arguments";
import type { NumericArray } from "../../../data";
import { checkFunction, describe } from "../../checks";
import type { Direction } from "../../direction";

/**
 * A metric of all predictions: a function of all outputs and all targets of a data set, and of options. `mode` says
 * whether small or large values are good. `topKAccuracy` has this form, and `rocAuc`, whose options may be left out.
 */
export interface MetricOfAll<O extends object = object> {
  (outputs: NumericArray, y: NumericArray, options: O): number;
  readonly mode?: Direction;
}

/** A metric of all predictions whose options may be left out. */
interface WithDefaults<O extends object> {
  (outputs: NumericArray, y: NumericArray, options?: O): number;
  readonly mode?: Direction;
}

interface Mode {
  readonly mode?: Direction;
}

/** A metric of all predictions for `fit` and `evaluate`, as `overAll` makes it. (A class, because records are outputs.) */
export class OverAll {
  constructor(
    readonly of: (outputs: NumericArray, y: NumericArray, weights?: Float32Array) => number,
    readonly mode: Direction | undefined,
  ) {}
}

/**
 * Makes a metric of `fit` and `evaluate` of a function of all predictions, for what cannot be added up batch by batch.
 * It keeps the outputs of all batches in memory and calls the function once for each measurement. What does not count
 * is left out: where y has lengths, or a mask or weights for its time steps, the function gets one row for each time
 * step that counts. The order of the rows is that of the batches.
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
export function overAll<O extends object>(metric: WithDefaults<O>, options?: O & Mode): OverAll;
export function overAll<O extends object>(metric: MetricOfAll<O>, options: O & Mode): OverAll;
export function overAll(metric: MetricOfAll, options: Mode = {}): OverAll {
  checkFunction("overAll", "metric", metric);
  if (!isOptions(options)) throw new ArgumentError("overAll", "options", "the metric's, by name", describe(options));
  const { mode = metric.mode, ...given } = options;
  return new OverAll((outputs, y, weights) => metric(outputs, y, { ...given, ...(weights && { weights }) }), mode);
}
