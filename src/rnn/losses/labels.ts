import { isCapturing } from "../../compile/internal";
import * as tf from "../../tf";
import { checkTensor } from "../checks";
import { ArgumentError } from "../errors";

/**
 * Refuses labels that are not int32 class indices, one for each example of the logits. In a compiled function values
 * cannot be read, so only shapes and dtypes are checked.
 *
 * @throws ArgumentError that names the first label outside the classes
 */
export function checkLabels(where: string, labels: tf.Tensor1D, logits: tf.Tensor2D): void {
  checkLogits(where, logits);
  const [batch, classes] = logits.shape;
  checkTensor(where, "labels", labels, [batch], "int32");
  if (isCapturing()) return;
  const values = labels.dataSync();
  const wrong = values.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) throw new ArgumentError(where, `labels[${wrong}]`, `0 to ${classes - 1}`, String(values[wrong]));
}

/** Refuses logits that are not float32 `[batch, classes]` with at least one class. A batch may have no rows. */
export function checkLogits(where: string, logits: tf.Tensor2D): void {
  const batch = logits?.shape?.[0] === 0 ? 0 : "batch";
  checkTensor(where, "logits", logits, [batch, "classes"]);
}

/** One row for each label, 1 at the label and 0 elsewhere, not of float32 yet. `tf.oneHot` refuses a single class. */
export function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  if (classes === 1) return tf.equal(tf.expandDims(labels, 1), tf.scalar(0, "int32"));
  return tf.oneHot(labels, classes) as tf.Tensor2D;
}
