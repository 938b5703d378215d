import * as tf from "../tf";
import { checkTensor } from "./checks";
import { ArgumentError } from "./errors";

/**
 * Cross-entropy between class numbers and the softmax of logits, one value a row.
 *
 *   lossᵢ = log Σₖ exp(logitsᵢₖ) − logitsᵢ,ₗ        where l = labelsᵢ
 *
 * TensorFlow's `sparse_softmax_cross_entropy_with_logits`, its arguments' order included.
 *
 * @param labels int32 `[rows]`, each from 0 to classes − 1
 * @param logits `[rows, classes]`
 * @returns `[rows]`, in nats; `tf.mean` of it is the usual loss
 * @throws ArgumentError on a wrong shape or dtype, or a label outside the classes
 */
export function sparseSoftmaxCrossEntropyWithLogits(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Tensor1D {
  const where = "sparseSoftmaxCrossEntropyWithLogits";
  checkTensor(where, "logits", logits, ["rows", "classes"]);
  checkTensor(where, "labels", labels, [logits.shape[0]], "int32");
  const classes = logits.shape[1];
  const values = labels.dataSync();
  const wrong = values.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) throw new ArgumentError(where, `labels[${wrong}]`, `0 to ${classes - 1}`, String(values[wrong]));
  return tf.tidy(() => softmaxCrossEntropy(tf.oneHot(labels, classes).toFloat() as tf.Tensor2D, logits));
}

/**
 * Cross-entropy between class probabilities and the softmax of logits, one value a row. TensorFlow's
 * `softmax_cross_entropy_with_logits`; no gradient flows into the labels.
 *
 *   lossᵢ = Σₖ labelsᵢₖ · (log Σⱼ exp(logitsᵢⱼ) − logitsᵢₖ)
 *
 * @param labels `[rows, classes]`, rows that add up to 1
 * @param logits `[rows, classes]`
 * @returns `[rows]`, in nats
 * @throws ArgumentError on a wrong shape or dtype
 */
export function softmaxCrossEntropyWithLogits(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  const where = "softmaxCrossEntropyWithLogits";
  checkTensor(where, "logits", logits, ["rows", "classes"]);
  checkTensor(where, "labels", labels, logits.shape);
  return tf.tidy(() => softmaxCrossEntropy(labels, logits));
}

/** The gradient is softmax(logits) − labels: one subtraction, where autodiff would walk back through the logarithm. */
function softmaxCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  const entropy = tf.customGrad((given, save) => {
    const logProbabilities = tf.logSoftmax(given as tf.Tensor2D);
    (save as tf.GradSaveFunc)([logProbabilities, labels]); // kept for the backward pass, past any tidy
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [logs, targets] = saved as [tf.Tensor2D, tf.Tensor2D];
      const difference = tf.sub(tf.mul(tf.exp(logs), tf.sum(targets, 1, true)), targets);
      return [tf.mul(difference, tf.expandDims(dy, 1))];
    };
    return { value: tf.neg(tf.sum(tf.mul(labels, logProbabilities), 1)), gradFunc };
  });
  return entropy(logits) as tf.Tensor1D;
}

/**
 * Mean of the squared differences over all elements.
 *
 * @throws ArgumentError when the shapes differ
 */
export function meanSquaredError(labels: tf.Tensor, predictions: tf.Tensor): tf.Scalar {
  checkTensor("meanSquaredError", "predictions", predictions, predictions?.shape);
  checkTensor("meanSquaredError", "labels", labels, predictions.shape);
  return tf.tidy(() => tf.mean(tf.square(tf.sub(predictions, labels))) as tf.Scalar);
}
