import * as tf from "../start";
import { gradientOf, type InputGradients, type Saved } from "./gradient-of";

interface Normalization {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** The second derivatives of functions whose first derivative is a kernel of its own. */
export const activations = (): tf.GradConfig[] => [
  gradientOf(tf.EluGrad, ["dy", "y"], (ddx, [dy, y]) => {
    const isPositive = tf.greater(y, 0);
    return {
      dy: () => tf.where(isPositive, ddx, tf.mul(ddx, tf.add(y, 1))),
      y: () => tf.where(isPositive, tf.zerosLike(y), tf.mul(ddx, dy)),
    };
  }),
  localResponseNormalization(),
];

/**
 * Local response normalization, y = x·s^−β with s = bias + α·Σ x² over the near channels. The engine's kernel computes its
 * gradient; where that is to be differentiated again, it is written out:
 *
 *   dx = dy·s^−β − 2αβ·x·Σ dy·x·s^(−β−1)
 */
function localResponseNormalization(): tf.GradConfig {
  const before = tf.getGradient(tf.LRN) as tf.GradConfig;
  const written = (dy: tf.Tensor, [x]: Saved, { depthRadius, bias, alpha, beta }: Normalization): InputGradients => ({
    x: () => {
      const channels = tf.range(0, x.shape[3] as number);
      const distances = tf.abs(tf.sub(tf.expandDims(channels, 1), tf.expandDims(channels, 0)));
      const isNear = tf.cast(tf.lessEqual(distances, depthRadius), "float32");
      const overNear = (z: tf.Tensor) =>
        tf.reshape(tf.matMul(tf.reshape(z, [-1, channels.size]), isNear as tf.Tensor2D), x.shape);
      const s = tf.add(tf.mul(overNear(tf.square(x)), alpha), bias);
      const around = overNear(tf.mul(tf.mul(dy, x), tf.pow(s, -beta - 1)));
      return tf.sub(tf.mul(dy, tf.pow(s, -beta)), tf.mul(tf.mul(x, around), 2 * alpha * beta));
    },
  });
  return {
    ...before,
    gradFunc: (dy, saved, attributes) =>
      tf.engine().state.gradientDepth > 0
        ? written(dy as tf.Tensor, saved as Saved, attributes as unknown as Normalization)
        : before.gradFunc(dy, saved, attributes),
  };
}
