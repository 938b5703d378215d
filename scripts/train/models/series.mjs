/** The book's time series: windows of y = t·sin(t)/3 + 2·sin(5t), the same a step later to be foretold. */
import { randomTimeSeriesWindows } from "../../../dist/data/index.js";
import { Dense, dynamicRnn } from "../../../dist/rnn/index.js";
import * as tf from "../../../dist/tf.js";
import { evaluate, meanSquaredError, modelOf, squaredError } from "../../../dist/train/index.js";
import { headSeed, stack } from "../network.mjs";

export async function make(settings) {
  const { cell: kind, seed, quick, units } = settings;
  const cell = stack(settings, 1, kind === "rnn" ? { activation: tf.relu } : {}); // the book's
  const head = new Dense({ inputSize: units, outputSize: 1, seed: headSeed(settings) });
  const model = modelOf({ rnn: cell, head }, (x, training) => head.call(dynamicRnn(cell, x, { training })[0]));
  const test = randomTimeSeriesWindows(500, { seed: seed + 3 });
  return {
    model,
    data: randomTimeSeriesWindows(quick ? 500 : 2_000, { seed: seed + 1 }),
    validation: randomTimeSeriesWindows(500, { seed: seed + 2 }),
    loss: squaredError,
    metrics: {},
    report: async () => {
      const { mse } = await evaluate(model, test, { metrics: { mse: meanSquaredError } });
      return `mean squared error ${mse.toPrecision(4)} on 500 other windows`;
    },
  };
}
