/** The book's time series: windows of y = t·sin(t)/3 + 2·sin(5t); the same windows a step later are to be predicted. */
import { randomTimeSeriesWindows } from "unroll/data";
import { Dense, dynamicRnn } from "unroll/rnn";
import * as tf from "unroll/tf";
import { evaluate, meanSquaredError, modelOf, squaredError } from "unroll/train";
import { headSeed, stack } from "../network.mts";
import type { Make } from "../task.mts";

export const make: Make = async (settings) => {
  const { cell: kind, seed, quick, units } = settings;
  const cell = stack(settings, 1, kind === "rnn" ? { activation: tf.relu } : {}); // the book's activation
  const head = new Dense({ inputSize: units, outputSize: 1, seed: headSeed(settings) });
  const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D, training) =>
    head.call(dynamicRnn(cell, x, { training })[0]),
  );
  const test = randomTimeSeriesWindows(500, { seed: seed + 3 });
  return {
    model,
    data: randomTimeSeriesWindows(quick ? 500 : 2_000, { seed: seed + 1 }),
    validation: randomTimeSeriesWindows(500, { seed: seed + 2 }),
    loss: squaredError,
    metrics: {},
    report: async () => {
      const { mse = Number.NaN } = await evaluate(model, test, { metrics: { mse: meanSquaredError } });
      return `mean squared error ${mse.toPrecision(4)} on 500 other windows`;
    },
  };
};
