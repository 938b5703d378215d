import { isCapturing } from "../../../compile/internal";
import * as tf from "../../../tf";
import { checkTensor } from "../../checks";
import { ArgumentError } from "../../errors";
import { wrongIndex } from "../../layers/embedding";

/** The weights of the classes, the batch's true classes, and what the network computed. */
export interface SampledLossInputs {
  /** `[numClasses, dim]`. A variable is only gathered from, so that compiled optimizers update the rows of a batch alone. */
  weights: tf.Tensor2D;
  /** The batch's true classes, int32 `[batch, numTrue]`. */
  labels: tf.Tensor2D;
  /** `[batch, dim]`: what the network computed, such as the vector of the centre word. */
  inputs: tf.Tensor2D;
}

/**
 * Logits of the true classes, `[batch, numTrue]`, and of the candidates, `[batch, numSampled]`: inputs·weightsᵀ + biases.
 * One gather takes all rows that a batch needs, as TensorFlow 1.x's `_compute_sampled_logits` does.
 *
 * @param candidates int32 `[numSampled]`, which the batch shares, or `[batch, numSampled]`
 */
export function sampledLogits(
  { weights, labels, inputs }: SampledLossInputs,
  candidates: tf.Tensor1D | tf.Tensor2D,
  biases?: tf.Tensor1D,
): [trueLogits: tf.Tensor2D, sampledLogits: tf.Tensor2D] {
  const [batch, numTrue] = labels.shape;
  const isShared = candidates.rank === 1;
  const ids = isShared
    ? tf.concat([tf.reshape(labels, [-1]), candidates as tf.Tensor1D])
    : tf.reshape(tf.concat([labels, candidates as tf.Tensor2D], 1), [-1]);
  const rows = tf.gather(weights, ids) as tf.Tensor2D;
  const offsets = biases && (tf.gather(biases, ids) as tf.Tensor1D);
  return isShared
    ? logitsOfShared(inputs, rows, numTrue, offsets)
    : logitsOfOwn(inputs, tf.reshape(rows, [batch, -1, inputs.shape[1]]), numTrue, offsets);
}

/** @param rows `[batch · numTrue + numSampled, dim]` */
function logitsOfShared(
  inputs: tf.Tensor2D,
  rows: tf.Tensor2D,
  numTrue: number,
  offsets?: tf.Tensor1D,
): [tf.Tensor2D, tf.Tensor2D] {
  const [batch, dim] = inputs.shape;
  const [trueRows, sampledRows] = split(rows, batch * numTrue) as [tf.Tensor2D, tf.Tensor2D];
  const ofTrue = dots(inputs, tf.reshape(trueRows, [batch, numTrue, dim]));
  const ofSampled: tf.Tensor2D = tf.matMul(inputs, sampledRows, false, true);
  if (offsets === undefined) return [ofTrue, ofSampled];
  const [trueOffsets, sampledOffsets] = split(offsets, batch * numTrue);
  return [tf.add(ofTrue, tf.reshape(trueOffsets, ofTrue.shape)), tf.add(ofSampled, sampledOffsets)];
}

/** @param rows `[batch, numTrue + numSampled, dim]` */
function logitsOfOwn(
  inputs: tf.Tensor2D,
  rows: tf.Tensor3D,
  numTrue: number,
  offsets?: tf.Tensor1D,
): [tf.Tensor2D, tf.Tensor2D] {
  const [batch, count] = rows.shape;
  const products = dots(inputs, rows);
  const logits: tf.Tensor2D = offsets ? tf.add(products, tf.reshape(offsets, [batch, count])) : products;
  return [tf.slice2d(logits, [0, 0], [batch, numTrue]), tf.slice2d(logits, [0, numTrue], [batch, count - numTrue])];
}

/** The first `count` rows, and the rest. */
const split = (rows: tf.Tensor, count: number): [tf.Tensor, tf.Tensor] => {
  const [first, second] = tf.split(rows, [count, (rows.shape[0] as number) - count]);
  return [first as tf.Tensor, second as tf.Tensor];
};

/** The dot product of each example with its own rows, `[batch, count]`. @param rows `[batch, count, dim]` */
const dots = (inputs: tf.Tensor2D, rows: tf.Tensor3D): tf.Tensor2D => tf.sum(tf.mul(tf.expandDims(inputs, 1), rows), 2);

/** Checks everything that the losses have in common. @throws ArgumentError */
export function checkSampledInputs(
  where: string,
  { weights, labels, inputs }: SampledLossInputs,
  candidates: { readonly name: string; readonly ids: tf.Tensor },
  biases?: tf.Tensor,
): void {
  checkTensor(where, "weights", weights, ["numClasses", "dim"]);
  const [numClasses, dim] = weights.shape;
  if (biases !== undefined) checkTensor(where, "biases", biases, [numClasses]);
  checkTensor(where, "inputs", inputs, ["batch", dim]);
  const [batch] = inputs.shape;
  checkTensor(where, "labels", labels, [batch, "numTrue"], "int32");
  const { name, ids } = candidates;
  checkTensor(where, name, ids, ids?.rank === 2 ? [batch, "numSampled"] : ["numSampled"], "int32");
  if (isCapturing()) return; // the gather refuses a wrong index at each call
  checkIds(where, "labels", labels, numClasses);
  checkIds(where, name, ids, numClasses);
}

function checkIds(where: string, name: string, ids: tf.Tensor, numClasses: number): void {
  const wrong = wrongIndex(ids, numClasses);
  if (wrong === undefined) return;
  throw new ArgumentError(where, `${name}[${wrong.position.join(", ")}]`, `0 to ${numClasses - 1}`, String(wrong.id));
}
