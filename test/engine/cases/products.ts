import * as tf from "../../../src/tf";
import { on } from "../differences";
import { IMAGE, kernel, VOLUME } from "./kernel";

export const products = {
  BatchMatMul: [false, true].flatMap((a) =>
    [false, true].flatMap((b) => {
      const left = (...batch: number[]) => [...batch, ...(a ? [3, 2] : [2, 3])];
      const right = (...batch: number[]) => [...batch, ...(b ? [2, 3] : [3, 2])];
      const shapes = [
        [left(), right()],
        [left(2), right(2)],
        [left(2), right()],
        [left(), right(2)],
        [left(2), right(1)],
        [left(2, 1), right(2)],
      ];
      return shapes.map((each) => on(each, (x, y) => tf.matMul(x, y, a, b)));
    }),
  ),
  Einsum: [
    on(
      [
        [2, 3],
        [3, 2],
      ],
      (x, y) => tf.einsum("ij,jk->ik", x, y),
    ),
    on(
      [
        [2, 2, 3],
        [2, 3, 2],
      ],
      (x, y) => tf.einsum("bij,bjk->bik", x, y),
    ),
    on(
      [
        [2, 3],
        [3, 2],
      ],
      (x, y) => tf.einsum("ij,jk->k", x, y),
    ),
    on([[2, 3], [2]], (x, y) => tf.einsum("ij,k->ik", x, y)),
    on([[2, 3]], (x) => tf.einsum("ij->ji", tf.square(x))),
    on([[2, 3]], (x) => tf.einsum("ij->", tf.square(x))),
  ],
  Conv2D: [
    on([IMAGE, [2, 2, 2, 2]], (x, w) => tf.conv2d(x, w, 1, "same")),
    on([IMAGE, [3, 3, 2, 1]], (x, w) => tf.conv2d(x, w, 2, "same")),
    on([IMAGE, [2, 2, 2, 1]], (x, w) => tf.conv2d(x, w, 1, "valid", "NHWC", [2, 3])),
    on([IMAGE, [3, 2, 2, 1]], (x, w) => tf.conv2d(x, w, 1, "same", "NHWC", 2)),
    on(
      [
        [2, 7, 2],
        [2, 2, 2],
      ],
      (x, w) => tf.conv1d(x, w, 1, "same", "NWC", 3),
    ),
    on(
      [
        [2, 7, 2],
        [3, 2, 1],
      ],
      (x, w) => tf.conv1d(x, w, 1, "valid", "NWC", 2),
    ),
    on(
      [
        [2, 7, 2],
        [3, 2, 1],
      ],
      (x, w) => tf.conv1d(x, w, 2, "same"),
    ),
  ],
  Conv2DBackpropInput: [
    on(
      [
        [1, 2, 2, 2],
        [3, 3, 1, 2],
      ],
      (x, w) => tf.conv2dTranspose(x, w, [1, 4, 4, 1], 2, "same"),
    ),
  ],
  Conv2DBackpropFilter: [
    on(
      [IMAGE, [1, 4, 4, 1]],
      kernel("Conv2DBackpropFilter", ["x", "dy"], {
        strides: 1,
        pad: "same",
        dataFormat: "NHWC",
        filterShape: [2, 2, 2, 1],
      }),
    ),
  ],
  Conv3D: [
    on([VOLUME, [2, 2, 2, 1, 1]], (x, w) => tf.conv3d(x, w, 1, "same")),
    on([VOLUME, [1, 2, 2, 1, 1]], (x, w) => tf.conv3d(x, w, 1, "valid", "NDHWC", [1, 2, 2])),
  ],
  Conv3DBackpropInputV2: [
    on(
      [
        [1, 2, 2, 2, 1],
        [2, 2, 2, 1, 1],
      ],
      (x, w) => tf.conv3dTranspose(x, w, [1, 3, 3, 3, 1], 2, "same"),
    ),
  ],
  Conv3DBackpropFilterV2: [
    on(
      [VOLUME, VOLUME],
      kernel("Conv3DBackpropFilterV2", ["x", "dy"], { strides: 1, pad: "same", filterShape: [2, 2, 2, 1, 1] }),
    ),
  ],
  DepthwiseConv2dNative: [
    on([IMAGE, [2, 2, 2, 1]], (x, w) => tf.depthwiseConv2d(x, w, 1, "same")),
    on([IMAGE, [2, 2, 2, 2]], (x, w) => tf.depthwiseConv2d(x, w, 1, "valid", "NHWC", [2, 2])),
  ],
  DepthwiseConv2dNativeBackpropInput: [
    on(
      [IMAGE, [2, 2, 2, 1]],
      kernel("DepthwiseConv2dNativeBackpropInput", ["dy", "filter"], {
        strides: 1,
        pad: "same",
        dilations: 1,
        inputShape: IMAGE,
      }),
    ),
  ],
  DepthwiseConv2dNativeBackpropFilter: [
    on(
      [IMAGE, IMAGE],
      kernel("DepthwiseConv2dNativeBackpropFilter", ["x", "dy"], {
        strides: 1,
        pad: "same",
        dilations: 1,
        filterShape: [2, 2, 2, 1],
      }),
    ),
  ],
};
