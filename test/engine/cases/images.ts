import * as tf from "../../../src/tf";
import { type Case, on } from "../differences";
import { IMAGE, kernel, VOLUME } from "./kernel";

export const images = {
  AvgPool: [on([IMAGE], (x) => tf.avgPool(tf.square(x), 2, 1, "same"))],
  AvgPoolGrad: [
    on([[1, 3, 3, 2], IMAGE], kernel("AvgPoolGrad", ["dy", "input"], { filterSize: 2, strides: 1, pad: "valid" })),
  ],
  AvgPool3D: [on([VOLUME], (x) => tf.avgPool3d(tf.square(x), 2, 1, "valid"))],
  AvgPool3DGrad: [
    on(
      [[1, 2, 2, 2, 1], VOLUME],
      kernel("AvgPool3DGrad", ["dy", "input"], { filterSize: 2, strides: 1, pad: "valid" }),
    ),
  ],
  MaxPool: [on([IMAGE], (x) => tf.maxPool(tf.exp(x), 2, 1, "same")), on([IMAGE], (x) => tf.maxPool(x, 2, 2, "valid"))],
  MaxPool3D: [on([VOLUME], (x) => tf.maxPool3d(tf.exp(x), 2, 1, "same"))],
  MaxPoolGrad: [
    on([[1, 3, 3, 2], IMAGE], (dy, input) => {
      const pool = { filterSize: 2, strides: 1, pad: "valid" };
      return tf.engine().runKernel("MaxPoolGrad", { dy, input, output: tf.maxPool(input, 2, 1, "valid") }, pool);
    }),
  ],
  MaxPool3DGrad: [
    on([VOLUME, VOLUME], (dy, input) => {
      const pool = { filterSize: 2, strides: 1, pad: "same" };
      return tf.engine().runKernel("MaxPool3DGrad", { dy, input, output: tf.maxPool3d(input, 2, 1, "same") }, pool);
    }),
  ],
  ResizeBilinear: resized((x, size, ...flags) => tf.image.resizeBilinear(x, size, ...flags)),
  ResizeBilinearGrad: [
    on(
      [
        [1, 3, 3, 1],
        [1, 4, 4, 1],
      ],
      kernel("ResizeBilinearGrad", ["dy", "images"], { alignCorners: true, halfPixelCenters: false }),
    ),
  ],
  ResizeNearestNeighbor: resized((x, size, ...flags) => tf.image.resizeNearestNeighbor(x, size, ...flags)),
  ResizeNearestNeighborGrad: [
    on(
      [
        [1, 3, 3, 1],
        [1, 4, 4, 1],
      ],
      kernel("ResizeNearestNeighborGrad", ["dy", "images"], { alignCorners: true, halfPixelCenters: false }),
    ),
  ],
  LRN: [on([[1, 2, 2, 5]], (x) => tf.localResponseNormalization(x, 1, 1, 0.5, 0.75))],
  FusedBatchNorm: [
    on([[2, 2, 1, 3], [3], [3], [3], [3]], (x, mean, variance, offset, scale) =>
      tf.batchNorm(x, mean, tf.add(variance, 2), offset, scale),
    ),
    on([[4, 3], [3], [3]], (x, mean, variance) => tf.batchNorm2d(x, mean, tf.add(variance, 2))),
  ],
  Dilation2D: [
    on(
      [
        [1, 3, 3, 1],
        [2, 2, 1],
      ],
      (x, w) => tf.dilation2d(tf.mul(x, 2), w, 1, "valid"),
    ),
  ],
};

function resized(of: (x: tf.Tensor4D, size: [number, number], align?: boolean, half?: boolean) => tf.Tensor): Case[] {
  const flags: [boolean, boolean][] = [
    [false, false],
    [true, false],
    [false, true],
  ];
  const sizes: [number, number][] = [
    [6, 5],
    [3, 2],
  ];
  return flags.flatMap((each) => sizes.map((size) => on([[1, 4, 3, 1]], (x) => of(tf.square(x), size, ...each))));
}
