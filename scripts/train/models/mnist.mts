/** MNIST, row by row: the book's first classifier, with any cell. */
import { type Dataset, loadMnist, sliceRows } from "unroll/data";
import { Dense, dynamicRnn } from "unroll/rnn";
import * as tf from "unroll/tf";
import { accuracy, crossEntropy, evaluate, modelOf } from "unroll/train";
import { headSeed, stack } from "../network.mts";
import type { Make } from "../task.mts";

const QUICK = 2_000; // examples of each part

function some({ x, y }: Dataset, quick: boolean): Dataset {
  const [all = 0] = x.shape;
  const count = quick ? Math.min(QUICK, all) : all;
  return { x: sliceRows(x, 0, count), y: sliceRows(y, 0, count) };
}

export const make: Make = async (settings, { dataFolder, say }) => {
  const mnist = await loadMnist({ validationSize: 5_000, folder: dataFolder, log: say });
  const [, rows = 0, columns = 0] = mnist.train.x.shape;
  const cell = stack(settings, columns);
  const head = new Dense({ inputSize: settings.units, outputSize: 10, seed: headSeed(settings) });
  const model = modelOf({ rnn: cell, head }, (x: tf.Tensor3D, training) => {
    const [outputs] = dynamicRnn(cell, tf.div<tf.Tensor3D>(x, 255), { training });
    const last = tf.slice(outputs, [0, rows - 1, 0], [-1, 1, -1]);
    return head.call(tf.reshape<tf.Rank.R2>(last, [-1, settings.units]));
  });
  const metrics = { accuracy };
  return {
    model,
    data: some(mnist.train, settings.quick),
    validation: some(mnist.validation, settings.quick),
    loss: crossEntropy,
    metrics,
    report: async () => {
      const { accuracy: share = Number.NaN } = await evaluate(model, some(mnist.test, settings.quick), { metrics });
      return `test accuracy ${share.toFixed(4)} on ${mnist.source.description}`;
    },
  };
};
