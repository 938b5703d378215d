import { weight } from "../../rnn/internal";
import * as tf from "../../tf";
import {
  type Aligner,
  AttentionMechanism,
  type AttentionOptions,
  byProbability,
  type Keys,
  type ProbabilityOptions,
} from "./mechanism";
import type { Products } from "./products";

/** The score's own options. */
export interface BahdanauScoreOptions extends AttentionOptions {
  /** Normalises v and adds a bias b, as weight normalisation does. Default: false. */
  normalize?: boolean;
}

export interface BahdanauAttentionOptions extends BahdanauScoreOptions, ProbabilityOptions {}

/** The score of Bahdanau's mechanisms, for both the plain and the monotonic form. */
export abstract class BahdanauScore extends AttentionMechanism {
  /** `[querySize, numUnits]` */
  readonly queryKernel: tf.Variable<tf.Rank.R2>;
  /** v, `[numUnits]` */
  readonly attentionV: tf.Variable<tf.Rank.R1>;
  /** g, a scalar, starts at √(1/numUnits), and b, `[numUnits]`, starts at 0; where `normalize` is set. */
  readonly normalization?: { readonly g: tf.Variable<tf.Rank.R0>; readonly b: tf.Variable<tf.Rank.R1> };

  constructor(options: BahdanauScoreOptions, own: readonly string[]) {
    super(options, ["normalize", ...own]);
    const n = this.numUnits;
    this.queryKernel = this.initial<tf.Rank.R2>(options, [this.querySize, n], 1);
    this.attentionV = this.initial<tf.Rank.R1>(options, [n], 2);
    if (options.normalize) {
      this.normalization = { g: weight(() => tf.scalar(Math.sqrt(1 / n))), b: weight(() => tf.zeros([n])) };
    }
  }

  protected get scoreWeights(): Record<string, tf.Variable> {
    const { queryKernel, attentionV, normalization } = this;
    return {
      "query_layer/kernel": queryKernel,
      attention_v: attentionV,
      ...(normalization && { attention_g: normalization.g, attention_b: normalization.b }),
    };
  }

  openKeys(keys: tf.Tensor3D): Keys {
    const { numUnits: n, queryKernel } = this;
    const [, nSteps] = keys.shape;
    // The axis before the units holds the places, the axis before the places the queries of one memory.
    const places = tf.tidy(() =>
      tf.reshape(this.normalization === undefined ? keys : tf.add(keys, this.normalization.b), [-1, 1, nSteps, n]),
    );
    const v = this.v();
    return {
      score: (products) => {
        const product = products.of(queryKernel);
        const location = this.openLocation(products);
        return (query, batch, previous) => {
          const sum = tf.add(places, tf.reshape(product(query), [batch, -1, 1, n]));
          const looked = location && tf.reshape(location(previous), [batch, -1, nSteps, n]);
          const hidden = tf.tanh(looked === undefined ? sum : tf.add(sum, looked));
          return tf.reshape(tf.matMul(tf.reshape(hidden, [-1, n]), v), [batch, -1, nSteps]) as tf.Tensor3D;
        };
      },
      tensors: [keys, places, v],
    };
  }

  /**
   * Prepares what a mechanism adds inside tanh for each place: from the alignments of the step before, `[batch·multiple, nSteps]`, to
   * `[batch·multiple, nSteps, numUnits]`. Default: nothing is added.
   */
  protected openLocation(_products: Products): ((previous: tf.Tensor2D) => tf.Tensor3D) | undefined {
    return undefined;
  }

  /** v as a column, `[numUnits, 1]`; g·v/‖v‖ where it is normalised. */
  private v(): tf.Tensor2D {
    return tf.tidy(() => {
      const { attentionV, normalization } = this;
      if (normalization === undefined) return tf.reshape(attentionV, [-1, 1]);
      const norm = tf.rsqrt(tf.sum(tf.square(attentionV)));
      return tf.reshape(tf.mul(tf.mul(normalization.g, attentionV), norm), [-1, 1]);
    });
  }
}

/**
 * Additive attention (Bahdanau et al. 2015, arXiv:1409.0473): TensorFlow 1.x's `BahdanauAttention`.
 *
 *   keys       = memory·W                          W is memory_layer/kernel, `[memorySize, numUnits]`
 *   score      = Σ v∘tanh(keys + query·Wq)         Wq is query_layer/kernel, v is attention_v, `[numUnits]`
 *   score      = Σ g·v/‖v‖∘tanh(keys + query·Wq + b)   with `normalize` (Salimans and Kingma 2016, arXiv:1602.07868)
 *   alignments = softmax(score)                    over the live places of the memory; see `AttentionWrapper`
 *
 * @example
 *   const mechanism = new BahdanauAttention({ numUnits: 5, memorySize: 6, querySize: 4, seed: 42 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanism);
 *   const attended = cell.attend(tf.randomNormal([2, 5, 6]), [5, 3]); // the memory of a batch: [batch, nSteps, memorySize]
 *   const [outputs, { alignments }] = dynamicRnn(attended, tf.randomNormal([2, 7, 3])); // [2, 7, 6] and [2, 5]
 *
 * @throws ArgumentError when a size is not a positive whole number, or an option is unknown
 */
export class BahdanauAttention extends BahdanauScore {
  readonly scope: string = "bahdanau_attention";
  protected readonly aligner: Aligner;

  constructor(options: BahdanauAttentionOptions) {
    super(options, ["probabilityFn"]);
    this.aligner = byProbability("BahdanauAttention", options);
  }
}
