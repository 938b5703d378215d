import * as tf from "../../tf";
import { checkPositive } from "../checks";
import { ArgumentError } from "../errors";

/** Ways to keep gradients small; at most one. */
export interface Clipping {
  /** Each element is brought into [−clipValue, clipValue]: TensorFlow's `clip_by_value`. */
  clipValue?: number;
  /** Each gradient whose norm is larger is scaled down to it: `clip_by_norm`. */
  clipNorm?: number;
  /** All gradients are scaled by one factor where their norm together is larger: `clip_by_global_norm`. */
  globalClipNorm?: number;
}

/** The clipping that the options ask for; none when they ask for none. @throws ArgumentError */
export function clippingOf(where: string, options: Clipping): ((gradients: tf.Tensor[]) => tf.Tensor[]) | undefined {
  const asked = (["clipValue", "clipNorm", "globalClipNorm"] as const).filter((name) => options[name] !== undefined);
  const [name] = asked;
  if (name === undefined) return undefined;
  if (asked.length > 1) throw new ArgumentError(where, "clipping", "one way at most", asked.join(" and "));
  const limit = options[name] as number;
  checkPositive(where, name, limit);
  return (gradients) => tf.tidy(() => WAYS[name](gradients, limit));
}

const WAYS = {
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
