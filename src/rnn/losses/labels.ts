import { isCapturing } from "../../compile";
import type * as tf from "../../tf";
import { checkTensor } from "../checks";
import { ArgumentError } from "../errors";

/**
 * Refuses labels that are not int32 class numbers, one for each row of logits. (Compiled, values cannot be read, and only
 * shapes are checked.)
 *
 * @throws ArgumentError naming the first label outside the classes
 */
export function checkLabels(where: string, labels: tf.Tensor1D, logits: tf.Tensor2D): void {
  checkTensor(where, "logits", logits, ["rows", "classes"]);
  const [rows, classes] = logits.shape;
  checkTensor(where, "labels", labels, [rows], "int32");
  if (isCapturing()) return;
  const values = labels.dataSync();
  const wrong = values.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) throw new ArgumentError(where, `labels[${wrong}]`, `0 to ${classes - 1}`, String(values[wrong]));
}
