import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Batch, TrainingData } from "../examples/source";
import { callModel, type Model } from "../model";
import { batchFunction } from "../step/batch-function";
import { liveSteps } from "../step/terms";
import { type PassOptions, passOver } from "./pass";

/**
 * Counts how often each class was taken for each class: `[classes, classes]`, one row for each true class, one column
 * for each predicted class. For outputs over time, each live time step counts.
 *
 * @example
 *   const matrix = await confusionMatrix(model, mnist.test);
 *   show(confusionHeatmap(matrix));
 *
 * @param data y: int32 class numbers; the model's outputs are one score per class
 * @throws ArgumentError for options and data that do not fit, or a label outside the classes
 */
export async function confusionMatrix(
  model: Model,
  data: TrainingData,
  options: PassOptions = {},
): Promise<NumericArray<Int32Array>> {
  return countPairs("confusionMatrix", model, data, options);
}

function countPairs(
  where: string,
  model: Model,
  data: TrainingData,
  options: PassOptions,
): Promise<NumericArray<Int32Array>> {
  return passOver({ where, needsY: true }, model, data, options, async ({ watch, ...pass }) => {
    const counts = batchFunction(pass, (batch) => pairsOf(where, model, batch));
    let total: Float64Array | undefined;
    try {
      for (const indices of pass.source.plan(pass.batchSize)) {
        if (watch.reason !== undefined) return undefined;
        const result = counts.run(indices);
        const values = result.dataSync();
        total ??= new Float64Array(values.length);
        for (let i = 0; i < values.length; i++) total[i] = (total[i] as number) + (values[i] as number);
        result.dispose();
        await watch.yieldIfDue();
      }
    } finally {
      counts.dispose();
    }
    return matrixOf(where, total as Float64Array);
  });
}

/**
 * The share of each class's examples that the model recognises (the recall of each class); NaN for a class without
 * examples.
 *
 * @example
 *   const recalls = await perClassAccuracy(model, mnist.test);
 *   console.log(`of the sevens ${recalls[7]} are recognised`);
 */
export async function perClassAccuracy(model: Model, data: TrainingData, options: PassOptions = {}): Promise<number[]> {
  const { data: counts, shape } = await countPairs("perClassAccuracy", model, data, options);
  const [classes] = shape as [number];
  return Array.from({ length: classes }, (_, k) => {
    const row = counts.subarray(k * classes, (k + 1) * classes);
    return (row[k] as number) / row.reduce((sum, count) => sum + count, 0);
  });
}

/**
 * A batch's matrix as one row, followed by the number of labels to count. That number is larger than the sum of the
 * matrix when a label is wrong.
 */
function pairsOf(where: string, model: Model, { x, y, lengths }: Batch): tf.Tensor {
  const outputs = callModel(where, model, x, lengths);
  const batchShape = outputs.shape.slice(0, -1);
  const classes = outputs.shape.at(-1) as number;
  if (y?.dtype !== "int32" || y.shape.join() !== batchShape.join()) {
    const actual = `${y?.dtype} [${y?.shape.join(", ")}]`;
    throw new ArgumentError(where, "data.y", `int32 class numbers [${batchShape.join(", ")}]`, actual);
  }
  const live =
    batchShape.length > 1 && lengths ? liveSteps(batchShape[1] as number, lengths).toFloat() : tf.ones(batchShape);
  const labels = tf.mul(tf.oneHot(tf.reshape(y, [-1]) as tf.Tensor1D, classes).toFloat(), tf.reshape(live, [-1, 1]));
  const predicted = tf.oneHot(tf.argMax(tf.reshape(outputs, [-1, classes]), 1) as tf.Tensor1D, classes).toFloat();
  const matrix = tf.matMul(labels as tf.Tensor2D, predicted as tf.Tensor2D, true, false);
  return tf.concat([tf.reshape(matrix, [-1]), tf.reshape(tf.sum(live), [1])]);
}

function matrixOf(where: string, total: Float64Array): NumericArray<Int32Array> {
  const data = Int32Array.from(total.subarray(0, -1));
  const classes = Math.sqrt(data.length);
  const uncounted = (total.at(-1) as number) - data.reduce((sum, count) => sum + count, 0);
  if (uncounted === 0) return { data, shape: [classes, classes] };
  throw new ArgumentError(where, "data.y", `class numbers 0 to ${classes - 1}`, `${uncounted} others`);
}
