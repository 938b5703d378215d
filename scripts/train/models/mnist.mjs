/** MNIST, row by row: the book's first classifier, with any cell. */
import { loadMnist, sliceRows } from "../../../dist/data/index.js";
import { Dense, dynamicRnn } from "../../../dist/rnn/index.js";
import * as tf from "../../../dist/tf.js";
import { accuracy, crossEntropy, evaluate, modelOf } from "../../../dist/train/index.js";
import { headSeed, stack } from "../network.mjs";

const QUICK = 2_000;

function some({ x, y }, quick) {
  const rows = quick ? Math.min(QUICK, x.shape[0]) : x.shape[0];
  return { x: sliceRows(x, 0, rows), y: sliceRows(y, 0, rows) };
}

export async function make(settings, { dataFolder, say }) {
  const mnist = await loadMnist({ validationSize: 5_000, folder: dataFolder, log: say });
  const [rows, columns] = mnist.train.x.shape.slice(1);
  const cell = stack(settings, columns);
  const head = new Dense({ inputSize: settings.units, outputSize: 10, seed: headSeed(settings) });
  const model = modelOf({ rnn: cell, head }, (x, training) => {
    const [outputs] = dynamicRnn(cell, tf.div(x, 255), { training });
    return head.call(tf.reshape(tf.slice(outputs, [0, rows - 1, 0], [-1, 1, -1]), [-1, settings.units]));
  });
  const metrics = { accuracy };
  return {
    model,
    data: some(mnist.train, settings.quick),
    validation: some(mnist.validation, settings.quick),
    loss: crossEntropy,
    metrics,
    report: async () => {
      const { accuracy: share } = await evaluate(model, some(mnist.test, settings.quick), { metrics });
      return `test accuracy ${share.toFixed(4)} on ${mnist.source.description}`;
    },
  };
}
