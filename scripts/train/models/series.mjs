/** The book's time series: windows of y = t·sin(t)/3 + 2·sin(5t), the same a step later to be foretold. */
import { Random } from "../../../dist/data/index.js";
import { Dense, dynamicRnn } from "../../../dist/rnn/index.js";
import * as tf from "../../../dist/tf.js";
import { evaluate, meanSquaredError, modelOf, squaredError } from "../../../dist/train/index.js";
import { headSeed, stack } from "../network.mjs";

const N_STEPS = 20;
const RESOLUTION = 0.1; // of time, from one step to the next
const END = 30;

const y = (t) => (t * Math.sin(t)) / 3 + 2 * Math.sin(5 * t);

/** Windows that begin at random moments. */
function windows(count, seed) {
  const random = new Random(seed);
  const starts = Float64Array.from({ length: count }, () => random.uniform(0, END - N_STEPS * RESOLUTION));
  const values = (offset) =>
    Float32Array.from({ length: count * N_STEPS }, (_, i) =>
      y(starts[Math.floor(i / N_STEPS)] + ((i % N_STEPS) + offset) * RESOLUTION),
    );
  const shape = [count, N_STEPS, 1];
  return { x: { data: values(0), shape }, y: { data: values(1), shape } };
}

export async function make(settings) {
  const { cell: kind, seed, quick, units } = settings;
  const cell = stack(settings, 1, kind === "rnn" ? { activation: tf.relu } : {}); // the book's
  const head = new Dense({ inputSize: units, outputSize: 1, seed: headSeed(settings) });
  const model = modelOf({ rnn: cell, head }, (x, training) => head.call(dynamicRnn(cell, x, { training })[0]));
  const test = windows(500, seed + 3);
  return {
    model,
    data: windows(quick ? 500 : 2_000, seed + 1),
    validation: windows(500, seed + 2),
    loss: squaredError,
    metrics: {},
    report: async () => {
      const { mse } = await evaluate(model, test, { metrics: { mse: meanSquaredError } });
      return `mean squared error ${mse.toPrecision(4)} on 500 other windows`;
    },
  };
}
