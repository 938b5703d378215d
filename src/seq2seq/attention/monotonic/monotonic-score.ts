import { stopGradient } from "../../../rnn";
import { checkFinite, checkNotNegative, foldIn, type RandomKey, uniformFrom, weight } from "../../../rnn/internal";
import * as tf from "../../../tf";
import type { Aligner } from "../mechanism";
import { checkMode, type MonotonicMode, monotonicAttention } from "./monotonic-attention";

/** The options of the monotonic mechanisms. */
export interface MonotonicOptions {
  /**
   * The standard deviation of normal noise on the scores, in training runs only, drawn from the run's random key. It makes
   * the model prefer large scores, so that `mode: "hard"` decides alike at test time. Default: 0.
   */
  sigmoidNoise?: number;
  /** The first value of the bias r of the scores; below 0 for a long memory. Default: 0. */
  scoreBiasInit?: number;
  /** How the alignments are computed: see `monotonicAttention`. "hard" has no gradient for the scores. Default: "parallel". */
  mode?: MonotonicMode;
}

/** The names of these options. */
export const MONOTONIC = ["sigmoidNoise", "scoreBiasInit", "mode"];

/** What both monotonic mechanisms share: the bias of the score, the noise, and how scores become alignments. */
export class Monotonic implements Aligner {
  /** r, a scalar. */
  readonly scoreBias: tf.Variable<tf.Rank.R0>;
  private readonly sigmoidNoise: number;
  private readonly mode: MonotonicMode;

  constructor(where: string, { sigmoidNoise = 0, scoreBiasInit = 0, mode = "parallel" }: MonotonicOptions) {
    checkNotNegative(where, "sigmoidNoise", sigmoidNoise);
    checkFinite(where, "scoreBiasInit", scoreBiasInit);
    checkMode(where, mode);
    this.sigmoidNoise = sigmoidNoise;
    this.mode = mode;
    this.scoreBias = weight(() => tf.scalar(scoreBiasInit));
  }

  get weights(): Record<string, tf.Variable> {
    return { attention_score_bias: this.scoreBias };
  }

  align(score: tf.Tensor2D, previous: tf.Tensor2D, key?: RandomKey): tf.Tensor2D {
    return tf.tidy(() => {
      const biased = tf.add(score, this.scoreBias);
      const noisy = key === undefined || this.sigmoidNoise === 0 ? biased : tf.add(biased, this.noise(score, key));
      const p = this.mode === "hard" ? tf.greater(stopGradient(noisy), 0).toFloat() : tf.sigmoid(noisy);
      return monotonicAttention(p as tf.Tensor2D, previous, this.mode);
    });
  }

  /** Before the first time step the reader stands at the first place. */
  initialAlignments(batch: number, nSteps: number): tf.Tensor2D {
    return tf.tidy(() => {
      const first = tf.equal(tf.range(0, nSteps, 1, "int32"), tf.scalar(0, "int32")).toFloat();
      return tf.mul(tf.ones([batch, 1]), tf.reshape(first, [1, nSteps])) as tf.Tensor2D;
    });
  }

  /** Normal numbers from two uniform ones (Box and Muller 1958), because random keys draw uniform numbers. */
  private noise({ shape }: tf.Tensor2D, key: RandomKey): tf.Tensor {
    const [radius, angle] = [0, 1].map((i) => uniformFrom(foldIn(key, i) as RandomKey, shape)) as [
      tf.Tensor,
      tf.Tensor,
    ];
    const length = tf.sqrt(tf.mul(-2, tf.log(tf.sub(1, radius)))); // 1 − [0, 1) is never 0
    return tf.mul(tf.mul(length, tf.cos(tf.mul(2 * Math.PI, angle))), this.sigmoidNoise);
  }
}
