import { isCapturing } from "../../compile";
import * as tf from "../../tf";
import { checkTensor } from "../checks";
import { checkLabels } from "./labels";

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
 * @throws ArgumentError on a wrong shape or dtype, or a label outside the classes (compiled, its loss is NaN instead)
 */
export function sparseSoftmaxCrossEntropyWithLogits(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Tensor1D {
  checkLabels("sparseSoftmaxCrossEntropyWithLogits", labels, logits);
  return tf.tidy(() => {
    const classes = logits.shape[1];
    const loss = softmaxCrossEntropy(tf.oneHot(labels, classes).toFloat() as tf.Tensor2D, logits);
    return isCapturing() ? markWrong(labels, classes, loss) : loss;
  });
}

/** Compiled, labels cannot be read: a wrong one makes its loss NaN, as TensorFlow does on a GPU. */
function markWrong(labels: tf.Tensor1D, classes: number, loss: tf.Tensor1D): tf.Tensor1D {
  const right = tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes));
  return tf.where(right, loss, tf.fill(loss.shape, Number.NaN));
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

/**
 * The gradient is softmax(logits)·Σ labels − labels, without a walk back through the logarithm. A class of label 0 adds
 * nothing, also where its logit is −∞, as masked ones are.
 */
function softmaxCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  const entropy = tf.customGrad((given, save) => {
    const logProbabilities = tf.logSoftmax(given as tf.Tensor2D);
    (save as tf.GradSaveFunc)([logProbabilities, labels]); // kept for the backward pass, past any tidy
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [logs, targets] = saved as [tf.Tensor2D, tf.Tensor2D];
      const difference = tf.sub(tf.mul(tf.exp(logs), tf.sum(targets, 1, true)), targets);
      return [tf.mul(difference, tf.expandDims(dy, 1))];
    };
    const terms = tf.where(tf.equal(labels, 0), tf.zerosLike(labels), tf.mul(labels, logProbabilities));
    return { value: tf.neg(tf.sum(terms, 1)), gradFunc };
  });
  return entropy(logits) as tf.Tensor1D;
}

/**
 * Cross-entropy between labels from 0 to 1 and the logistic function of logits, element by element. TensorFlow's
 * `sigmoid_cross_entropy_with_logits`.
 *
 *   loss = −labels·log σ(logits) − (1 − labels)·log(1 − σ(logits))
 *        =  labels·log(1 + e^−logits) + (1 − labels)·log(1 + e^logits)      which neither overflows nor rounds to 0
 *
 * @param labels float32, of any shape; an event's probability, 0 or 1 where it is known
 * @param logits of the same shape
 * @returns of that shape, in nats
 * @throws ArgumentError when the shapes differ
 */
export function sigmoidCrossEntropyWithLogits(labels: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const where = "sigmoidCrossEntropyWithLogits";
  checkTensor(where, "logits", logits, logits?.shape ?? []);
  checkTensor(where, "labels", labels, logits.shape);
  return tf.tidy(() => {
    const missed = tf.mul(labels, tf.softplus(tf.neg(logits)));
    return tf.add(missed, tf.mul(tf.sub(1, labels), tf.softplus(logits)));
  });
}

/**
 * Mean of the squared differences over all elements.
 *
 * @throws ArgumentError when the shapes differ
 */
export function meanSquaredError(labels: tf.Tensor, predictions: tf.Tensor): tf.Scalar {
  checkTensor(
    "meanSquaredError",
    "labels",
    labels,
    (labels?.shape ?? []).map((size) => size || "at least 1"),
  );
  checkTensor("meanSquaredError", "predictions", predictions, labels.shape);
  return tf.tidy(() => tf.mean(tf.square(tf.sub(predictions, labels))) as tf.Scalar);
}
