import type * as tf from "../../../tf";
import { BahdanauScore, type BahdanauScoreOptions } from "../bahdanau";
import { MONOTONIC, Monotonic, type MonotonicOptions } from "./monotonic-score";

export interface BahdanauMonotonicAttentionOptions extends BahdanauScoreOptions, MonotonicOptions {}

/**
 * Monotonic attention (Raffel et al. 2017, arXiv:1704.00784) with the score of `BahdanauAttention`: TensorFlow 1.x's
 * `BahdanauMonotonicAttention`. The alignments move forward through the memory alone, as speech or a transcription does.
 *
 *   p          = σ(score + r + noise)                 r is attention_score_bias
 *   alignments = monotonicAttention(p, previous)      see there. A row may sum to less than 1
 *
 * @example
 *   const options = { numUnits: 5, memorySize: 6, querySize: 4, seed: 42 };
 *   const mechanism = new BahdanauMonotonicAttention({ ...options, sigmoidNoise: 1, scoreBiasInit: -2 });
 *   const cell = new AttentionWrapper(new GRUCell({ inputSize: 3 + 6, numUnits: 4 }), mechanism);
 *   const attended = cell.attend(tf.randomNormal([2, 5, 6]), [5, 3]);
 *   const [outputs] = dynamicRnn(attended, tf.randomNormal([2, 7, 3]), { training: { seed: 1, step: 0 } }); // with noise
 *
 * @throws ArgumentError when a size is not a positive whole number, an option is out of range or unknown
 */
export class BahdanauMonotonicAttention extends BahdanauScore {
  readonly scope: string = "bahdanau_monotonic_attention";
  protected readonly aligner: Monotonic;

  constructor(options: BahdanauMonotonicAttentionOptions) {
    super(options, MONOTONIC);
    this.aligner = new Monotonic("BahdanauMonotonicAttention", options);
  }

  /** r, a scalar. */
  get scoreBias(): tf.Variable<tf.Rank.R0> {
    return this.aligner.scoreBias;
  }
}
