import { isCapturing } from "../../compile/internal";
import {
  ArgumentError,
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";
import { takesLogits } from "../loss/logit-losses";
import { liveSteps, overShape, type Terms } from "../loss/terms";

/**
 * Cross-entropy between the softmax of logits and class numbers or class probabilities, in nats.
 *
 * @example
 *   await fit(model, mnist.train, { loss: crossEntropy, optimizer: new AdamOptimizer() });
 *
 * @param logits `[batch, classes]`, or `[batch, nSteps, classes]`
 * @param lengths y's, where it has some: time steps past the end of a sequence do not count
 * @param y class numbers, int32 `[batch]` or `[batch, nSteps]`; or probabilities of the logits' shape
 * @throws ArgumentError on a wrong shape or dtype; from `fit` and `evaluate` also for data in memory with other y
 */
export function crossEntropy(logits: tf.Tensor, y: tf.Tensor): tf.Tensor;
export function crossEntropy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms;
export function crossEntropy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return entropyTerms(logits, y, lengths, {
    sparse: sparseSoftmaxCrossEntropyWithLogits,
    soft: softmaxCrossEntropyWithLogits,
  });
}

/** Cross-entropies of `[labels, classes]`: for class numbers, and for class probabilities. */
interface Entropies {
  sparse(labels: tf.Tensor1D, scores: tf.Tensor2D): tf.Tensor1D;
  soft(labels: tf.Tensor2D, scores: tf.Tensor2D): tf.Tensor1D;
}

/** The terms of class scores, by the cross-entropy that fits y. @throws ArgumentError as `crossEntropy` */
export function entropyTerms(
  logits: tf.Tensor,
  y: tf.Tensor,
  lengths: tf.Tensor1D | undefined,
  { sparse, soft }: Entropies,
): Terms {
  checkSingle("crossEntropy", logits, y);
  return perLabel("crossEntropy", logits, lengths, (scores, labelShape) => {
    checkClasses("crossEntropy", "binaryCrossEntropy", logits);
    if (y.dtype === "int32") return sparse(flatLabels("crossEntropy", labelShape, liveLabels(y, lengths)), scores);
    checkScores("crossEntropy", logits, y);
    const labels = lengths === undefined ? y : liveValues(y, liveOf("crossEntropy", labelShape, lengths));
    return soft(tf.reshape(labels, scores.shape) as tf.Tensor2D, scores);
  });
}
crossEntropy.mode = "min" as const;
takesLogits(crossEntropy, "classes");

/**
 * Cross-entropy between the logistic function of logits and labels 0 or 1, for each element, in nats. With y's lengths,
 * the second axis is time, and only live time steps count.
 *
 * @example
 *   const strings = reberExamples({ count: 1000 });
 *   await fit(model, strings, { loss: binaryCrossEntropy, optimizer: new AdamOptimizer() }); // outputs [batch, 1]
 *
 * @param y 0 or 1, of the logits' shape
 */
export function binaryCrossEntropy(logits: tf.Tensor, y: tf.Tensor): tf.Tensor;
export function binaryCrossEntropy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms;
export function binaryCrossEntropy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("binaryCrossEntropy", logits, y, lengths, (outputs, labels) =>
    sigmoidCrossEntropyWithLogits(labels, outputs),
  );
}
binaryCrossEntropy.mode = "min" as const;
takesLogits(binaryCrossEntropy, "elements");

/**
 * (outputs − y)², for each element. With y's lengths, the second axis is time, and only live time steps count.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   await fit(model, windows, { loss: squaredError, optimizer: new AdamOptimizer() });
 */
export function squaredError(outputs: tf.Tensor, y: tf.Tensor): tf.Tensor;
export function squaredError(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms;
export function squaredError(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("squaredError", outputs, y, lengths, (a, b) => tf.square(tf.sub(a, b)));
}
squaredError.mode = "min" as const;

/**
 * |outputs − y|, for each element. With y's lengths, the second axis is time, and only live time steps count.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   await fit(model, windows, { loss: absoluteError, optimizer: new AdamOptimizer() });
 */
export function absoluteError(outputs: tf.Tensor, y: tf.Tensor): tf.Tensor;
export function absoluteError(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms;
export function absoluteError(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("absoluteError", outputs, y, lengths, (a, b) => tf.abs(tf.sub(a, b)));
}
absoluteError.mode = "min" as const;

/**
 * The terms of class scores: one for each example, or for each live time step of each example.
 *
 * @param termsOf takes the scores as `[labels, classes]` and the shape of the labels
 */
export function perLabel(
  where: string,
  logits: tf.Tensor,
  lengths: tf.Tensor1D | undefined,
  termsOf: (scores: tf.Tensor2D, labelShape: readonly number[]) => tf.Tensor,
): Terms {
  if (logits.rank < 2) {
    const expected = "scores [batch, classes] or [batch, nSteps, classes]";
    throw new ArgumentError(where, "outputs", expected, `shape [${logits.shape}]`);
  }
  const labelShape = logits.shape.slice(0, -1);
  const scores = tf.reshape(logits, [-1, logits.shape.at(-1) as number]) as tf.Tensor2D;
  const terms = tf.reshape(termsOf(scores, labelShape), labelShape);
  return lengths === undefined ? terms : { terms, live: liveOf(where, labelShape, lengths) };
}

/** Refuses records of outputs or targets. @throws ArgumentError */
export function checkSingle(where: string, outputs: tf.Tensor, y: tf.Tensor): void {
  for (const [name, given] of [["outputs", outputs] as const, ["y", y] as const]) {
    if (given instanceof tf.Tensor) continue;
    const expected = `a tensor; of a model with several outputs one by name, such as loss: { kind: … }, metrics: { kind: { … } }`;
    throw new ArgumentError(where, name, expected, describe(given));
  }
}

/** Refuses one score for each label: its softmax is 1, whatever the label. @throws ArgumentError */
export function checkClasses(where: string, binary: string, { shape }: tf.Tensor): void {
  if (shape.at(-1) !== 1) return;
  const expected = `scores of two or more classes; ${binary} takes one logit for each label`;
  throw new ArgumentError(where, "outputs", expected, `shape [${shape.join(", ")}]`);
}

/** The live time steps of outputs. @throws ArgumentError when they have no time axis */
function liveOf(where: string, [, nSteps]: readonly number[], lengths: tf.Tensor1D): tf.Tensor2D {
  if (nSteps !== undefined) return liveSteps(nSteps, lengths);
  throw new ArgumentError(where, "outputs", "outputs for each time step, as y has lengths", "outputs [batch]");
}

/**
 * Sets the labels past the end of a sequence to 0, so that the loss does not refuse them. A compiled loss looks at no
 * label, so there the labels stay.
 */
const liveLabels = (y: tf.Tensor, lengths: tf.Tensor1D | undefined) =>
  lengths === undefined || y.rank < 2 || isCapturing() ? y : liveValues(y, liveSteps(y.shape[1] as number, lengths));

/** The labels as one list. @throws ArgumentError when their shape is not that of the scores without the last axis */
export function flatLabels(where: string, labelShape: readonly number[], y: tf.Tensor): tf.Tensor1D {
  if (y.shape.join() !== labelShape.join()) {
    throw new ArgumentError(where, "y", `labels of shape [${labelShape.join(", ")}]`, `shape [${y.shape.join(", ")}]`);
  }
  return tf.reshape(y, [-1]);
}

/** Refuses a y that has another shape than the scores. @throws ArgumentError */
export function checkScores(where: string, { shape }: tf.Tensor, y: tf.Tensor): void {
  if (y.shape.join() === shape.join()) return;
  const [labelShape, all] = [shape.slice(0, -1).join(", "), shape.join(", ")];
  throw new ArgumentError(
    where,
    "y",
    `int32 class numbers [${labelShape}] or a value for each score [${all}]`,
    describe(y),
  );
}

/** The terms of each output element and its label. With y's lengths, the second axis is time, and only live time steps count. */
export function elementwise(
  where: string,
  outputs: tf.Tensor,
  y: tf.Tensor,
  lengths: tf.Tensor1D | undefined,
  of: (outputs: tf.Tensor, labels: tf.Tensor) => tf.Tensor,
): Terms {
  checkSingle(where, outputs, y);
  if (outputs.shape.join() !== y.shape.join()) {
    const isColumn = [...y.shape, 1].join() === outputs.shape.join();
    const hint = isColumn ? ", whose last axis of size 1 y needs too, as in numericArray(labels, [examples, 1])" : "";
    const expected = `the outputs' shape [${outputs.shape.join(", ")}]${hint}`;
    throw new ArgumentError(where, "y", expected, `[${y.shape.join(", ")}]`);
  }
  if (lengths === undefined) return of(outputs, y.toFloat());
  const live = liveOf(where, outputs.shape, lengths);
  return { terms: of(outputs, liveValues(y.toFloat(), live)), live };
}

/** Sets what stands past the end of a sequence to 0: NaN there would make the gradients NaN. */
function liveValues(y: tf.Tensor, live: tf.Tensor2D): tf.Tensor {
  return tf.where(overShape(live, y.shape), y, tf.zerosLike(y));
}
