import { isCapturing } from "../../compile";
import {
  ArgumentError,
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";
import { liveSteps, liveTerms, type Terms } from "../step/terms";

/**
 * Cross-entropy between the softmax of logits and class numbers or class probabilities, in nats.
 *
 * @param logits `[batch, classes]`, or `[batch, nSteps, classes]`, where past the end of a sequence nothing counts
 * @param y class numbers, int32 `[batch]` or `[batch, nSteps]`; or probabilities of the logits' shape
 * @throws ArgumentError on a wrong shape or dtype
 */
export function crossEntropy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return byRow("crossEntropy", logits, lengths, (rows, lead) => {
    if (y.dtype === "int32") {
      return sparseSoftmaxCrossEntropyWithLogits(flatten("crossEntropy", lead, liveLabels(y, lengths)), rows);
    }
    checkScores("crossEntropy", logits, y);
    return softmaxCrossEntropyWithLogits(tf.reshape(y, rows.shape) as tf.Tensor2D, rows);
  });
}

/**
 * Cross-entropy between the logistic function of logits and labels 0 or 1, element by element, in nats; with lengths and
 * a time axis, of the live time steps.
 *
 * @param y of the logits' shape
 */
export function binaryCrossEntropy(logits: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("binaryCrossEntropy", logits, y, lengths, (outputs, labels) =>
    sigmoidCrossEntropyWithLogits(labels, outputs),
  );
}

/** (outputs − y)², element by element; with lengths and a time axis, of the live time steps. */
export function squaredError(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("squaredError", outputs, y, lengths, (a, b) => tf.square(tf.sub(a, b)));
}

/** |outputs − y|, element by element; with lengths and a time axis, of the live time steps. */
export function absoluteError(outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D): Terms {
  return elementwise("absoluteError", outputs, y, lengths, (a, b) => tf.abs(tf.sub(a, b)));
}

/** Terms of each row of class scores: of each example, or of each live time step of each. */
export function byRow(
  where: string,
  logits: tf.Tensor,
  lengths: tf.Tensor1D | undefined,
  termsOf: (rows: tf.Tensor2D, lead: readonly number[]) => tf.Tensor,
): Terms {
  if (logits.rank !== 2 && logits.rank !== 3) {
    const expected = "scores [batch, classes] or [batch, nSteps, classes]";
    throw new ArgumentError(where, "outputs", expected, `shape [${logits.shape}]`);
  }
  const lead = logits.shape.slice(0, -1);
  const rows = tf.reshape(logits, [-1, logits.shape.at(-1) as number]) as tf.Tensor2D;
  const terms = tf.reshape(termsOf(rows, lead), lead);
  return lead.length === 2 && lengths !== undefined ? liveTerms(terms, lengths) : terms;
}

/** Past the end of a sequence no label is looked at. (Compiled, none is anywhere.) */
const liveLabels = (y: tf.Tensor, lengths: tf.Tensor1D | undefined) =>
  lengths === undefined || y.rank !== 2 || isCapturing()
    ? y
    : tf.mul(y, liveSteps(y.shape[1] as number, lengths).toInt());

/** Labels as one row, one for each row of scores. @throws ArgumentError when they are not as many */
export function flatten(where: string, lead: readonly number[], y: tf.Tensor): tf.Tensor1D {
  if (y.shape.join() !== lead.join()) {
    throw new ArgumentError(where, "y", `labels of shape [${lead.join(", ")}]`, `shape [${y.shape.join(", ")}]`);
  }
  return tf.reshape(y, [-1]);
}

/** Refuses a y of no class numbers that has not a value for each score. @throws ArgumentError */
export function checkScores(where: string, { shape }: tf.Tensor, y: tf.Tensor): void {
  if (y.shape.join() === shape.join()) return;
  const [lead, all] = [shape.slice(0, -1).join(", "), shape.join(", ")];
  throw new ArgumentError(where, "y", `int32 class numbers [${lead}] or a value for each score [${all}]`, describe(y));
}

/** Terms of each element and its label; with lengths and a time axis, of the live time steps. */
export function elementwise(
  where: string,
  outputs: tf.Tensor,
  y: tf.Tensor,
  lengths: tf.Tensor1D | undefined,
  of: (outputs: tf.Tensor, labels: tf.Tensor) => tf.Tensor,
): Terms {
  if (outputs.shape.join() !== y.shape.join()) {
    throw new ArgumentError(where, "y", `the outputs' shape [${outputs.shape.join(", ")}]`, `[${y.shape.join(", ")}]`);
  }
  const terms = of(outputs, y.toFloat());
  if (lengths === undefined || outputs.rank < 3) return terms;
  const perStep = terms.shape.slice(2).reduce((product, size) => product * size, 1);
  const { sum, count } = liveTerms(tf.sum(tf.reshape(terms, [...terms.shape.slice(0, 2), perStep]), 2), lengths);
  return { sum, count: tf.mul(count, tf.scalar(perStep, "int32")) };
}
