import * as tf from "../start";
import { gradientOf, runKernel, zerosFor } from "./gradient-of";

interface Resizing {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: readonly [number, number];
}

/**
 * Resizing of images is linear, row by row and column by column: the gradient of its gradient is a resizing again. With
 * `halfPixelCenters` the engine computes the first gradient as if the centers were elsewhere; here it is Rᵀ·dy·C, where the
 * matrices R and C resize a column and a row.
 */
export const resizing = (): tf.GradConfig[] =>
  (
    [
      [tf.ResizeBilinear, tf.ResizeBilinearGrad],
      [tf.ResizeNearestNeighbor, tf.ResizeNearestNeighborGrad],
    ] as const
  ).flatMap(([forward, gradient]) => [ofImages(forward), again(gradient, forward)]);

function ofImages(forward: string): tf.GradConfig {
  const before = tf.getGradient(forward) as tf.GradConfig;
  const byMatrices = gradientOf<Resizing>(forward, ["images"], (dy, [images], attributes) => ({
    images: () => {
      const [, height, width] = images.shape as [number, number, number, number];
      const [rows, columns] = [height, width].map((from, axis) => {
        const size = attributes.size.map((to, i) => (i === axis ? to : 1));
        const unit = tf.reshape(tf.eye(from), axis === 0 ? [1, from, 1, from] : [1, 1, from, from]);
        return tf.reshape(runKernel(forward, { images: unit }, { ...attributes, size }), [-1, from]);
      }) as [tf.Tensor2D, tf.Tensor2D];
      const overRows = product(rows, tf.transpose(dy, [1, 0, 2, 3]));
      return tf.transpose(product(columns, tf.transpose(overRows, [2, 1, 0, 3])), [1, 2, 0, 3]);
    },
  }));
  return {
    ...before,
    gradFunc: (dy, saved, attributes) =>
      ((attributes as unknown as Resizing).halfPixelCenters ? byMatrices : before).gradFunc(dy, saved, attributes),
  };
}

/** The transposed matrix times a tensor, whose other axes are taken as one. */
function product(matrix: tf.Tensor2D, x: tf.Tensor): tf.Tensor {
  const [first = 1, ...others] = x.shape;
  return tf.reshape(tf.matMul(matrix, tf.reshape(x, [first, -1]), true, false), [matrix.shape[1], ...others]);
}

const again = (gradient: string, forward: string): tf.GradConfig =>
  gradientOf<Resizing>(gradient, ["dy", "images"], (ddx, [dy, images], attributes) => ({
    dy: () => runKernel(forward, { images: ddx }, { ...attributes, size: dy.shape.slice(1, 3) }),
    images: zerosFor(images),
  }));
