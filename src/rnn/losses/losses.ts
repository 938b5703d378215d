import { isCapturing } from "../../compile/internal";
import * as tf from "../../tf";
import { checkTensor } from "../checks";
import { stopGradient } from "../stop-gradient";
import { checkLabels, checkLogits, oneHot } from "./labels";

/**
 * Cross-entropy between class indices and the softmax of logits, one value for each example. TensorFlow's
 * `sparse_softmax_cross_entropy_with_logits`, with the same order of arguments.
 *
 *   lossᵢ = log Σₖ exp(logitsᵢₖ) − logitsᵢ,ₗ        where l = labelsᵢ
 *
 * @example
 *   const labels = tf.tensor1d([2, 0], "int32");
 *   const logits = tf.tensor2d([[0, 1, 3], [2, 0, -1]]); // [batch, classes]
 *   const loss = tf.mean(sparseSoftmaxCrossEntropyWithLogits(labels, logits));
 *
 * @param labels int32 `[batch]`, each from 0 to classes − 1. A batch may have no examples
 * @param logits `[batch, classes]`, at least one class
 * @returns `[batch]`, in nats. `tf.mean` of it is the usual loss
 * @throws ArgumentError when a shape or dtype is wrong or a label is outside the classes. In a compiled function the
 *   loss of such a label, and the gradient of its logits, is NaN instead, because labels cannot be read there
 */
export function sparseSoftmaxCrossEntropyWithLogits(labels: tf.Tensor1D, logits: tf.Tensor2D): tf.Tensor1D {
  checkLabels("sparseSoftmaxCrossEntropyWithLogits", labels, logits);
  return tf.tidy(() => {
    const classes = logits.shape[1];
    const targets = oneHot(labels, classes).toFloat() as tf.Tensor2D;
    return softmaxCrossEntropy(targets, logits, isCapturing() ? wrongAsNaN(labels, classes) : undefined);
  });
}

/** NaN for each label outside the classes, 0 for the others. */
function wrongAsNaN(labels: tf.Tensor1D, classes: number): tf.Tensor1D {
  const right = tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes));
  return tf.where(right, tf.zeros(labels.shape), tf.fill(labels.shape, Number.NaN));
}

/**
 * Cross-entropy between class probabilities and the softmax of logits, one value for each example. TensorFlow's
 * `softmax_cross_entropy_with_logits`. No gradient flows into the labels.
 *
 *   lossᵢ = Σₖ labelsᵢₖ · (log Σⱼ exp(logitsᵢⱼ) − logitsᵢₖ)
 *
 * @example
 *   const labels = tf.tensor2d([[0, 0.1, 0.9], [1, 0, 0]]); // [batch, classes]
 *   const logits = tf.tensor2d([[0, 1, 3], [2, 0, -1]]);
 *   const loss = tf.mean(softmaxCrossEntropyWithLogits(labels, logits));
 *
 * @param labels `[batch, classes]`. The probabilities of one example add up to 1
 * @param logits `[batch, classes]`
 * @returns `[batch]`, in nats
 * @throws ArgumentError when a shape or dtype is wrong
 */
export function softmaxCrossEntropyWithLogits(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Tensor1D {
  const where = "softmaxCrossEntropyWithLogits";
  checkLogits(where, logits);
  checkTensor(where, "labels", labels, logits.shape);
  return tf.tidy(() => softmaxCrossEntropy(labels, logits));
}

/**
 * The gradient is computed as softmax(logits)·Σ labels − labels, because backpropagation through the logarithm takes
 * longer. Where that gradient may be differentiated again, the loss is written out, because a gradient of its own would
 * take the softmax for a constant. A class of label 0 adds nothing to the loss, even where its logit is −∞, as a masked
 * logit is.
 *
 * @param mark `[batch]`, is added to the loss and to the gradient that it is given: 0, or NaN for a wrong label
 */
function softmaxCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D, mark?: tf.Tensor1D): tf.Tensor1D {
  if (tf.engine().state.gradientDepth > 1) {
    const targets = mark === undefined ? labels : tf.add(labels, tf.expandDims(mark, 1));
    return lossOf(stopGradient(targets) as tf.Tensor2D, tf.logSoftmax(logits));
  }
  const entropy = tf.customGrad((given, save) => {
    const logProbabilities = tf.logSoftmax(given as tf.Tensor2D);
    const kept = mark === undefined ? [] : [mark];
    (save as tf.GradSaveFunc)([logProbabilities, labels, ...kept]); // keeps them for the backward pass, past any tidy
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [logs, targets, added] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D?];
      const difference = tf.sub(tf.mul(tf.exp(logs), tf.sum(targets, 1, true)), targets);
      return [tf.mul(difference, tf.expandDims(added === undefined ? dy : tf.add(dy, added), 1))];
    };
    const loss = lossOf(labels, logProbabilities);
    return { value: mark === undefined ? loss : tf.add(loss, mark), gradFunc };
  });
  return entropy(logits) as tf.Tensor1D;
}

function lossOf(labels: tf.Tensor2D, logProbabilities: tf.Tensor2D): tf.Tensor1D {
  const terms = tf.where(tf.equal(labels, 0), tf.zerosLike(labels), tf.mul(labels, logProbabilities));
  return tf.neg(tf.sum(terms, 1));
}

/**
 * Cross-entropy between labels from 0 to 1 and the logistic function of logits, element by element. TensorFlow's
 * `sigmoid_cross_entropy_with_logits`.
 *
 *   loss = −labels·log σ(logits) − (1 − labels)·log(1 − σ(logits))
 *        =  labels·log(1 + e^−logits) + (1 − labels)·log(1 + e^logits)      this form neither overflows nor rounds to 0
 *
 * @example
 *   const logits = tf.tensor2d([[-2, 0.5], [3, 1]]); // any shape
 *   const labels = tf.tensor2d([[0, 1], [1, 1]]);
 *   const loss = tf.mean(sigmoidCrossEntropyWithLogits(labels, logits));
 *
 * @param labels float32, of any shape: the probability of an event, 0 or 1 where it is known
 * @param logits a tensor of the same shape
 * @returns a tensor of the same shape, in nats
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
