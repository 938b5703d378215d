import * as tf from "../../tf";
import { checkPositive } from "../checks";
import { ArgumentError } from "../errors";

/** Three ways to limit gradients. At most one of them may be set. */
export interface Clipping {
  /** Clips each element to [−clipValue, clipValue]: TensorFlow's `clip_by_value`. Default: no clipping. */
  clipValue?: number;
  /** Scales each gradient with a larger norm down to this norm: `clip_by_norm`. Default: no clipping. */
  clipNorm?: number;
  /**
   * Scales all gradients by one factor where their joint norm is larger: `clip_by_global_norm`. Default: no clipping.
   */
  globalClipNorm?: number;
}

/**
 * Returns the clipping function for the options, or undefined where no clipping is set.
 *
 * @throws ArgumentError when two ways are set, or a limit is not above 0
 */
export function clippingOf(where: string, options: Clipping): ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined {
  const asked = (["clipValue", "clipNorm", "globalClipNorm"] as const).filter((name) => options[name] !== undefined);
  const [name] = asked;
  if (name === undefined) return undefined;
  if (asked.length > 1) throw new ArgumentError(where, "clipping", "one way at most", asked.join(" and "));
  const limit = options[name] as number;
  checkPositive(where, name, limit);
  return (gradients) => tf.tidy(() => CLIPPING[name](gradients, limit));
}

/** What each option does with the gradients. */
const CLIPPING = {
  clipValue: (gradients: tf.Tensor[], limit: number) => gradients.map((g) => tf.clipByValue(g, -limit, limit)),
  /** g · limit / max(‖g‖, limit) */
  clipNorm: (gradients: tf.Tensor[], limit: number) =>
    gradients.map((g) => tf.div(tf.mul(g, limit), tf.maximum(tf.sqrt(tf.sum(tf.square(g))), limit))),
  /** g · limit · min(1 / ‖all‖, 1 / limit) */
  globalClipNorm: (gradients: tf.Tensor[], limit: number) => {
    const norm = tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
    const factor = tf.mul(limit, tf.minimum(tf.div(1, norm), 1 / limit));
    return gradients.map((g) => tf.mul(g, factor));
  },
};
