import {
  ArgumentError,
  type HuberLossOptions,
  huberLoss,
  type LabelSmoothingOptions,
  quantileLoss,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
  weightedCrossEntropyWithLogits,
} from "../../rnn";
import * as tf from "../../tf";
import { checkOptions } from "../checks";
import { takesLogits } from "../loss/logit-losses";
import type { Terms } from "../loss/terms";
import { elementwise, entropyTerms } from "./losses";

/** A loss or metric for `fit`: outputs and targets to terms. */
type LossOfTerms = (outputs: tf.Tensor, y: tf.Tensor, lengths?: tf.Tensor1D) => Terms;

/** Refuses the outputs of a model: then the maker itself was given as the loss, and was not called. @throws ArgumentError */
function checkNoTensor(call: string, given: unknown): void {
  if (!(given instanceof tf.Tensor)) return;
  const name = call.slice(0, call.indexOf("("));
  throw new ArgumentError(name, "loss", `a loss, which ${name} makes: loss: ${call}`, `${name} itself`);
}

/**
 * Makes a loss: Huber's, for each element, squared up to an error of `delta` and linear above. See `huberLoss` of
 * `unroll/rnn`.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   await fit(model, windows, { loss: huberError({ delta: 0.5 }), optimizer: new AdamOptimizer() });
 *
 * @throws ArgumentError, at a step, when delta is not above 0, or outputs and y differ in shape
 */
export function huberError(options: HuberLossOptions = {}): LossOfTerms {
  checkNoTensor("huberError({ delta: 1 })", options);
  checkOptions("huberError", options, ["delta"]);
  return (outputs, y, lengths) =>
    elementwise("huberError", outputs, y, lengths, (predictions, labels) => huberLoss(labels, predictions, options));
}

/**
 * Makes a loss or metric: the quantile loss, for each element. A model that is trained with `quantileError(0.9)` learns
 * the value that nine of ten targets stay below. See `quantileLoss` of `unroll/rnn`.
 *
 * @example
 *   const windows = randomTimeSeriesWindows(1000);
 *   await fit(model, windows, { loss: quantileError(0.9), optimizer: new AdamOptimizer() });
 *
 * @param quantile above 0 and below 1
 * @throws ArgumentError, at a step, when the quantile is not between 0 and 1, or outputs and y differ in shape
 */
export function quantileError(quantile: number): LossOfTerms {
  checkNoTensor("quantileError(0.9)", quantile);
  return (outputs, y, lengths) =>
    elementwise("quantileError", outputs, y, lengths, (predictions, labels) =>
      quantileLoss(labels, predictions, quantile),
    );
}

/**
 * Makes a loss: `crossEntropy` with smoothed labels. See `softmaxCrossEntropy` of `unroll/rnn`.
 *
 * @example
 *   const loss = crossEntropyWith({ labelSmoothing: 0.1 });
 *   await fit(model, mnist.train, { loss, optimizer: new AdamOptimizer() });
 *
 * @throws ArgumentError, at a step, when the smoothing is not from 0 to 1, and as `crossEntropy`
 */
export function crossEntropyWith(options: LabelSmoothingOptions): LossOfTerms {
  checkNoTensor("crossEntropyWith({ labelSmoothing: 0.1 })", options);
  checkOptions("crossEntropyWith", options, ["labelSmoothing"]);
  const loss: LossOfTerms = (logits, y, lengths) =>
    entropyTerms(logits, y, lengths, {
      sparse: (labels, scores) => sparseSoftmaxCrossEntropy(labels, scores, options),
      soft: (labels, scores) => softmaxCrossEntropy(labels, scores, options),
    });
  return takesLogits(loss, "classes");
}

export interface BinaryCrossEntropyOptions extends LabelSmoothingOptions {
  /** What a missed event costs, where a false alarm costs 1; or a list with one number for each output. Default: 1. */
  posWeight?: number | readonly number[];
}

/**
 * Makes a loss: `binaryCrossEntropy` with a weight of the ones or with smoothed labels. See
 * `weightedCrossEntropyWithLogits` and `sigmoidCrossEntropy` of `unroll/rnn`.
 *
 * @example
 *   const strings = reberExamples({ count: 1000 });
 *   const loss = binaryCrossEntropyWith({ posWeight: 3 });
 *   await fit(model, strings, { loss, optimizer: new AdamOptimizer() }); // outputs [batch, 1]
 *
 * @throws ArgumentError when both options are given, because TensorFlow has no such loss; at a step, when an option is
 *   out of range, and as `binaryCrossEntropy`
 */
export function binaryCrossEntropyWith(options: BinaryCrossEntropyOptions): LossOfTerms {
  const where = "binaryCrossEntropyWith";
  checkNoTensor("binaryCrossEntropyWith({ posWeight: 3 })", options);
  checkOptions(where, options, ["labelSmoothing", "posWeight"]);
  const { posWeight, labelSmoothing } = options;
  if (posWeight !== undefined && labelSmoothing !== undefined) {
    throw new ArgumentError(where, "options", "posWeight or labelSmoothing", "both");
  }
  const smoothing = labelSmoothing === undefined ? {} : { labelSmoothing };
  const of = (logits: tf.Tensor, labels: tf.Tensor) =>
    posWeight === undefined
      ? sigmoidCrossEntropy(labels, logits, smoothing)
      : weightedCrossEntropyWithLogits(labels, logits, posWeight);
  const loss: LossOfTerms = (outputs, y, lengths) => elementwise("binaryCrossEntropy", outputs, y, lengths, of);
  return takesLogits(loss, "elements");
}
