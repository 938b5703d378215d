import { isCapturing } from "../../compile/internal";
import type * as tf from "../../tf";
import { checkTensor } from "../checks";
import { ArgumentError } from "../errors";

/**
 * Refuses labels that are not int32 class indices, one for each example of the logits. In a compiled function values
 * cannot be read, so only shapes and dtypes are checked.
 *
 * @throws ArgumentError that names the first label outside the classes
 */
export function checkLabels(where: string, labels: tf.Tensor1D, logits: tf.Tensor2D): void {
  checkTensor(where, "logits", logits, ["batch", "classes"]);
  const [batch, classes] = logits.shape;
  checkTensor(where, "labels", labels, [batch], "int32");
  if (isCapturing()) return;
  const values = labels.dataSync();
  const wrong = values.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) throw new ArgumentError(where, `labels[${wrong}]`, `0 to ${classes - 1}`, String(values[wrong]));
}
