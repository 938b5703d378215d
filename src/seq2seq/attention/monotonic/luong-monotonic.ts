import type * as tf from "../../../tf";
import { LuongScore, type LuongScoreOptions } from "../luong";
import { MONOTONIC, Monotonic, type MonotonicOptions } from "./monotonic-score";

export interface LuongMonotonicAttentionOptions extends LuongScoreOptions, MonotonicOptions {}

/**
 * Monotonic attention (Raffel et al. 2017, arXiv:1704.00784) with the score of `LuongAttention`: TensorFlow 1.x's
 * `LuongMonotonicAttention`. The alignments move forward through the memory alone.
 *
 *   p          = σ(score + r + noise)                 r is attention_score_bias
 *   alignments = monotonicAttention(p, previous)      see there. A row may sum to less than 1
 *
 * @example
 *   const mechanism = new LuongMonotonicAttention({ numUnits: 4, memorySize: 6, mode: "recursive", seed: 42 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanism);
 *   const [outputs] = dynamicRnn(cell.attend(tf.randomNormal([2, 5, 6]), [5, 3]), tf.randomNormal([2, 7, 3]));
 *
 * @throws ArgumentError when a size is not a positive whole number, `querySize` is not `numUnits`, or an option is out of
 *   range or unknown
 */
export class LuongMonotonicAttention extends LuongScore {
  readonly scope: string = "luong_monotonic_attention";
  protected readonly aligner: Monotonic;

  constructor(options: LuongMonotonicAttentionOptions) {
    super(options, MONOTONIC);
    this.aligner = new Monotonic("LuongMonotonicAttention", options);
  }

  /** r, a scalar. */
  get scoreBias(): tf.Variable<tf.Rank.R0> {
    return this.aligner.scoreBias;
  }
}
