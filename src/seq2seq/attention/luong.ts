import { ArgumentError, isOptions, withoutUndefined } from "../../arguments";
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

/** The score's own options. */
export interface LuongScoreOptions extends Omit<AttentionOptions, "querySize"> {
  /** The query's size must be `numUnits`: the score has no layer for the query. Default: `numUnits`. */
  querySize?: number;
  /** Multiplies the score by a weight g, which starts at 1. Default: false. */
  scale?: boolean;
}

export interface LuongAttentionOptions extends LuongScoreOptions, ProbabilityOptions {}

/** The score of Luong's mechanisms, for both the plain and the monotonic form. */
export abstract class LuongScore extends AttentionMechanism {
  /** g, a scalar, where `scale` is set. */
  readonly attentionG?: tf.Variable<tf.Rank.R0>;

  constructor(options: LuongScoreOptions, own: readonly string[]) {
    super(isOptions(options) ? { querySize: options.numUnits, ...withoutUndefined(options) } : options, [
      "scale",
      ...own,
    ]);
    checkQuerySize(new.target.name, options.numUnits, options.querySize);
    if (options.scale) this.attentionG = weight(() => tf.scalar(1));
  }

  protected get scoreWeights(): Record<string, tf.Variable> {
    return this.attentionG === undefined ? {} : { attention_g: this.attentionG };
  }

  openKeys(keys: tf.Tensor3D): Keys {
    const { attentionG: g, numUnits } = this;
    const scaled = g === undefined ? keys : tf.tidy(() => tf.mul(keys, g) as tf.Tensor3D);
    return {
      score: (products) => {
        const product = products.batched(scaled, true);
        return (query, batch) => product(tf.reshape(query, [batch, -1, numUnits]));
      },
      tensors: [keys, scaled],
    };
  }
}

/**
 * Multiplicative attention (Luong et al. 2015, arXiv:1508.04025): TensorFlow 1.x's `LuongAttention`.
 *
 *   keys       = memory·W                W is memory_layer/kernel, `[memorySize, numUnits]`
 *   score      = g·(keys·query)          g is attention_g, a weight with `scale`, otherwise 1
 *   alignments = softmax(score)          over the live places of the memory; see `AttentionWrapper`
 *
 * One batched product scores a time step, so it is faster than `BahdanauAttention`. The query is as large as the keys.
 *
 * @example
 *   const mechanism = new LuongAttention({ numUnits: 4, memorySize: 6, scale: true, seed: 42 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 4, numUnits: 4 }), mechanism, { attentionLayerSize: 4 });
 *   const attended = cell.attend(tf.randomNormal([2, 5, 6]), [5, 3]); // the memory of a batch: [batch, nSteps, memorySize]
 *   const [outputs, { alignments }] = dynamicRnn(attended, tf.randomNormal([2, 7, 3])); // [2, 7, 4] and [2, 5]
 *
 * @throws ArgumentError when a size is not a positive whole number, `querySize` is not `numUnits`, or an option is unknown
 */
export class LuongAttention extends LuongScore {
  readonly scope: string = "luong_attention";
  protected readonly aligner: Aligner;

  constructor(options: LuongAttentionOptions) {
    super(options, ["probabilityFn"]);
    this.aligner = byProbability("LuongAttention", options);
  }
}

/** @throws ArgumentError when the queries, which are multiplied by the keys, have another size */
function checkQuerySize(where: string, numUnits: number, querySize = numUnits): void {
  if (querySize === numUnits) return;
  const expected = `numUnits, ${numUnits}: the query is multiplied by the keys without a layer of its own`;
  throw new ArgumentError(where, "querySize", expected, `${querySize}`);
}
