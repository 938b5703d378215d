import type { Embedding } from "../../rnn";
import * as tf from "../../tf";
import type { BlockShape } from "./blocks";

/** The tensors of one block: `Block`, with the rates of its words. */
export type BlockTensors = [
  inputs: tf.Tensor2D,
  outputs: tf.Tensor2D,
  isContext: tf.Tensor3D,
  inputRates: tf.Tensor2D,
  outputRates: tf.Tensor2D,
];

export interface BlockLossOptions extends BlockShape {
  readonly model: "skip-gram" | "cbow";
  /** Negative words for each pair. A segment has more or fewer, whose terms are weighted. */
  readonly negative: number;
  /** The vectors of the words as inputs, which are the result, and as outputs. */
  readonly vectors: Embedding;
  readonly contexts: Embedding;
}

/**
 * The loss of negative sampling (Mikolov et al. 2013, arXiv:1310.4546) of some segments of text, where the windows of a
 * segment share their negatives (Ji et al. 2016, arXiv:1604.04661). So the products of all pairs of a segment are one
 * matrix product, and a word is gathered once for all its pairs. With x the vectors of the inputs of a segment, y those
 * of its centre words and its negatives, and sᵢₖ = xᵢ·yₖ:
 *
 *   skip-gram:  Σ over contexts i of centre j of [ −log σ(sᵢⱼ) − negative / negatives · Σ over negatives k of log σ(−sᵢₖ) ]
 *   CBOW:       the same with the mean of a window's vectors in place of xᵢ
 *
 * The gradients are written out, because they pass what backpropagation would compute twice, and because the gradient of
 * each row is multiplied with the rate of its word. As in word2vec, each word of a CBOW window gets the whole gradient of
 * the window's mean.
 *
 * @returns `[segments]`
 */
export function blockLoss(options: BlockLossOptions, [inputs, outputs, ...others]: BlockTensors): tf.Tensor1D {
  const { vectors, contexts } = options;
  const loss = tf.customGrad((...args) => {
    const [x, y, save] = args as [tf.Tensor3D, tf.Tensor3D, tf.GradSaveFunc];
    const parts = options.model === "cbow" ? cbowParts(x, others[0], options) : skipGramParts(x, others[0], options);
    const scores = tf.matMul(parts.rows, y, false, true) as tf.Tensor3D;
    save([y, scores, parts.rows, parts.weights, ...others]);
    const terms = tf.sub(tf.softplus(scores), tf.mul(targets(options), scores));
    const value = tf.sum(tf.mul(parts.weights, terms), [1, 2]);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved as Saved, options) };
  });
  return loss(vectors.call(inputs), contexts.call(outputs)) as tf.Tensor1D;
}

/** The rows whose products with the outputs are scores, and what each score counts. */
interface Parts {
  readonly rows: tf.Tensor3D;
  readonly weights: tf.Tensor3D;
}

type Saved = [
  y: tf.Tensor3D,
  scores: tf.Tensor3D,
  rows: tf.Tensor3D,
  weights: tf.Tensor3D,
  isContext: tf.Tensor3D,
  inputRates: tf.Tensor2D,
  outputRates: tf.Tensor2D,
];

function skipGramParts(x: tf.Tensor3D, isContext: tf.Tensor3D, { negative, negatives }: BlockLossOptions): Parts {
  const positive = isContext.toFloat();
  const pairs = tf.sum(positive, 2, true); // of each input
  const shared = tf.tile(tf.mul(pairs, negative / negatives), [1, 1, negatives]);
  return { rows: x, weights: tf.concat([positive, shared], 2) as tf.Tensor3D };
}

function cbowParts(x: tf.Tensor3D, isContext: tf.Tensor3D, options: BlockLossOptions): Parts {
  const { negative, negatives, centres } = options;
  const positive = isContext.toFloat();
  const sizes = tf.sum(positive, 1); // [segments, centres]
  const means = tf.div(tf.matMul(positive, x, true, false), tf.expandDims(tf.maximum(sizes, 1), 2)) as tf.Tensor3D;
  const hasWindow = tf.expandDims(tf.minimum(sizes, 1), 2);
  const each = tf.concat([tf.eye(centres), tf.fill([centres, negatives], negative / negatives)], 1);
  return { rows: means, weights: tf.mul(hasWindow, tf.expandDims(each, 0)) };
}

/** 1 for the columns of the centre words, 0 for those of the negatives. */
const targets = ({ centres, negatives }: BlockShape): tf.Tensor3D =>
  tf.concat([tf.ones([1, 1, centres]), tf.zeros([1, 1, negatives])], 2) as tf.Tensor3D;

function gradients(dy: tf.Tensor, saved: Saved, options: BlockLossOptions): tf.Tensor[] {
  const [y, scores, rows, weights, isContext, inputRates, outputRates] = saved;
  const errors = tf.mul(weights, tf.sub(tf.sigmoid(scores), targets(options)));
  const scaled = tf.mul(errors, tf.reshape(dy, [-1, 1, 1]));
  const ofRows = tf.matMul(scaled, y);
  const ofInputs = options.model === "cbow" ? tf.matMul(isContext.toFloat(), ofRows) : ofRows;
  const ofOutputs = tf.matMul(scaled, rows, true, false);
  return [tf.mul(ofInputs, tf.expandDims(inputRates, 2)), tf.mul(ofOutputs, tf.expandDims(outputRates, 2))];
}
