import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import type { Part, TrainingData } from "../examples/data";
import type { Batch } from "../examples/source";
import type { InputsOf, IsAny } from "../examples/tensors-of";
import { namedPart } from "../loss/batch-loss";
import { liveSteps, overShape } from "../loss/terms";
import type { AnyModel, Model } from "../model";
import { batchFunction } from "../step/batch-function";
import { at, type Structure } from "../structure";
import { type Pass, type PassOptions, passOver } from "./pass";

/** The name of an output; none where there is one output only. */
type OutputName<O> = IsAny<O> extends true ? string : O extends tf.Tensor ? never : keyof O & string;

export interface ConfusionOptions<Output extends string = string> extends PassOptions {
  /** The output to count, by its name, of a model with several. Default: the only one. */
  output?: Output;
}

/**
 * Counts how often each class was taken for each class: `[classes, classes]`, one row for each true class, one column
 * for each predicted class. Where y has time steps, each counts, without those past the end of a sequence
 * of y and those that a mask or `ignoreLabel` leaves out. Sample weights do not count.
 *
 * @example
 *   const matrix = await confusionMatrix(model, mnist.test);
 *   show(confusionHeatmap(matrix));
 *
 * @param data y: int32 class numbers; the model's outputs are one score per class
 * @throws ArgumentError for options and data that do not fit, for a label outside the classes, for NaN among the outputs and
 *   for a word index outside an Embedding, naming its example
 */
export async function confusionMatrix<X extends Structure<Part>, O extends Structure<tf.Tensor>>(
  model: Model<InputsOf<X>, O>,
  data: TrainingData<X>,
  options: ConfusionOptions<OutputName<O>> = {},
): Promise<NumericArray<Int32Array, 2>> {
  return countPairs("confusionMatrix", model, data, options);
}

function countPairs(
  where: string,
  model: AnyModel,
  data: TrainingData,
  options: ConfusionOptions,
): Promise<NumericArray<Int32Array, 2>> {
  return passOver({ where, needsY: true, more: ["output"] }, model, data, options, async ({ watch, ...pass }) => {
    const counts = batchFunction(pass, (batch, outputs) => pairsOf(where, outputs, batch, options.output));
    let total: Float64Array | undefined;
    try {
      const plan = pass.source.plan(pass.batchSize);
      for (let batch = 0; batch < plan.length; batch++) {
        if (watch.reason !== undefined) return undefined;
        const indices = plan.at(batch);
        const [result, unknown] = counts.run(indices) as [tf.Tensor, tf.Tensor];
        const values = result.dataSync();
        const wrong = unknown.dataSync().indexOf(1);
        const perExample = unknown.size / indices.length;
        tf.dispose([result, unknown]);
        if (wrong >= 0) throw notNumbers(pass, indices, wrong, perExample);
        total ??= new Float64Array(values.length);
        for (let i = 0; i < values.length; i++) total[i] = (total[i] as number) + (values[i] as number);
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
 *
 * @throws ArgumentError as `confusionMatrix`
 */
export async function perClassAccuracy<X extends Structure<Part>, O extends Structure<tf.Tensor>>(
  model: Model<InputsOf<X>, O>,
  data: TrainingData<X>,
  options: ConfusionOptions<OutputName<O>> = {},
): Promise<number[]> {
  const { data: counts, shape } = await countPairs("perClassAccuracy", model, data, options);
  const [classes] = shape;
  return Array.from({ length: classes }, (_, k) => {
    const row = counts.subarray(k * classes, (k + 1) * classes);
    return (row[k] as number) / row.reduce((sum, count) => sum + count, 0);
  });
}

/**
 * A batch's matrix as one row, followed by the number of labels to count, which is larger than the sum of the matrix when a
 * label is wrong; and 1 for each label that counts and has NaN among its scores, of which none is the largest.
 */
function pairsOf(where: string, all: Structure<tf.Tensor>, batch: Batch, output: string | undefined): tf.Tensor[] {
  const outputs = namedPart(where, "output", "the model's outputs", all, output);
  const y = namedPart(where, "output", "data.y", batch.y, output);
  if (!(outputs instanceof tf.Tensor) || !(y instanceof tf.Tensor)) {
    const names = Object.keys(outputs instanceof tf.Tensor ? (y as object) : outputs).join(", ");
    throw new ArgumentError(where, "output", `a name, among ${names}`, "none");
  }
  const batchShape = outputs.shape.slice(0, -1);
  const classes = outputs.shape.at(-1) as number;
  if (y.dtype !== "int32" || y.shape.join() !== batchShape.join()) {
    const actual = `${y.dtype} [${y.shape.join(", ")}]`;
    throw new ArgumentError(where, "data.y", `int32 class numbers [${batchShape.join(", ")}]`, actual);
  }
  const lengths = at(batch.lengths?.y, output);
  const inTime = lengths && liveSteps(batchShape[1] as number, lengths);
  const live = tf.mul(whole(inTime, batchShape), whole(at(batch.mask, output), batchShape));
  const labels = tf.mul(tf.oneHot(tf.reshape(y, [-1]) as tf.Tensor1D, classes).toFloat(), tf.reshape(live, [-1, 1]));
  const predicted = tf.oneHot(tf.argMax(tf.reshape(outputs, [-1, classes]), 1) as tf.Tensor1D, classes).toFloat();
  const matrix = tf.matMul(labels as tf.Tensor2D, predicted as tf.Tensor2D, true, false);
  const hasNaN = tf.any(tf.notEqual(outputs, outputs), -1); // NaN alone differs from itself
  const unknown = tf.reshape(tf.mul(hasNaN.toFloat(), live), [-1]).toInt();
  return [tf.concat([tf.reshape(matrix, [-1]), tf.reshape(tf.sum(live), [1])]), unknown];
}

/** The error of an example, or of its time step, whose scores are no numbers. */
function notNumbers(
  { where, source }: Omit<Pass, "watch">,
  indices: Int32Array,
  at: number,
  perExample: number,
): ArgumentError {
  const example = source.argumentAt(source.paths[0] as string, indices, Math.floor(at / perExample));
  const step = perExample > 1 ? `, time step ${at % perExample}` : "";
  return new ArgumentError(where, `the model's output for ${example}${step}`, "a number for each class", "NaN");
}

/** A mask of the first axes as 1 and 0 of a whole shape; 1 without a mask. */
function whole(mask: tf.Tensor | undefined, shape: number[]): tf.Tensor {
  return mask === undefined ? tf.ones(shape) : overShape(mask.toFloat(), shape);
}

function matrixOf(where: string, total: Float64Array): NumericArray<Int32Array, 2> {
  const data = Int32Array.from(total.subarray(0, -1));
  const classes = Math.sqrt(data.length);
  const uncounted = (total.at(-1) as number) - data.reduce((sum, count) => sum + count, 0);
  if (uncounted === 0) return { data, shape: [classes, classes] };
  throw new ArgumentError(where, "data.y", `class numbers 0 to ${classes - 1}`, `${uncounted} others`);
}
