import * as tf from "../start";
import { gradientOf, zerosFor } from "./gradient-of";

/**
 * The gradient of `tf.where` chooses where `tf.where` chose. TensorFlow.js multiplies by 0 and 1 instead, and 0 · NaN is
 * NaN: a NaN in the gradient of the branch that was not taken would reach the other branch's weights.
 */
export const select = (): tf.GradConfig =>
  gradientOf(tf.Select, ["condition"], (dy, [condition]) => ({
    condition: zerosFor(condition),
    t: () => tf.where(condition, dy, tf.zerosLike(dy)),
    e: () => tf.where(condition, tf.zerosLike(dy), dy),
  }));
