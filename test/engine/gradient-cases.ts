import * as tf from "../../src/tf";
import { type Case, type Operation, on } from "./differences";

const X = [3, 4];
const IMAGE = [1, 4, 4, 2];
const VOLUME = [1, 3, 3, 3, 1];
const POSITIVE: [number, number] = [0.5, 2];
const ints = (values: number[], shape?: number[]) => tf.tensor(values, shape ?? [values.length], "int32");

/** A kernel by its name, for what TensorFlow.js exports no function of. */
const kernel =
  (name: string, inputs: readonly string[], attributes: object = {}): Operation =>
  (...given: tf.Tensor[]) =>
    tf
      .engine()
      .runKernel(
        name,
        Object.fromEntries(inputs.map((input, i) => [input, given[i] as tf.Tensor])),
        attributes as tf.NamedAttrMap,
      ) as tf.Tensor;

const unary = (names: string, limits?: [number, number]): Record<string, Case[]> =>
  Object.fromEntries(names.split(" ").map((name) => [name, [on([X], kernel(name, ["x"]), limits)]]));

const binary = (names: string, limits?: [number, number]): Record<string, Case[]> =>
  Object.fromEntries(
    names.split(" ").map((name) => {
      const of = kernel(name, ["a", "b"]);
      const shapes = [
        [X, X],
        [X, [4]],
        [[3, 1], X],
        [[], X],
        [
          [2, 1, 4],
          [3, 1],
        ],
      ];
      return [name, shapes.map((each) => on(each, of, limits))];
    }),
  );

const elementwise = {
  ...unary("Abs Asinh Atan Cos Cosh Elu Erf Exp Expm1 Neg Relu Relu6 Selu Sigmoid Sin Sinh Softplus Square Tan Tanh"),
  ...unary("Ceil Floor Round Sign IsFinite IsInf IsNan OnesLike ZerosLike Identity"),
  ...unary("Acos Asin Atanh", [-0.8, 0.8]),
  ...unary("Acosh", [1.3, 2]),
  ...unary("Log Log1p Reciprocal Rsqrt Sqrt", POSITIVE),
  ...binary("Add Sub Multiply Maximum Minimum SquaredDifference"),
  ...binary("Greater GreaterEqual Less LessEqual Equal NotEqual"),
  ...binary("RealDiv Pow Atan2", POSITIVE),
  ...binary("FloorDiv Mod", [0.6, 2.9]),
  AddN: [on([X, X, X], (a, b, c) => tf.addN([a, b, c]))],
  Prelu: [on([X, [4]], (x, alpha) => tf.prelu(x, alpha))],
  LeakyRelu: [on([X], (x) => tf.leakyRelu(x, 0.2))],
  ClipByValue: [on([X], (x) => tf.clipByValue(x, -0.5, 0.5))],
  Step: [on([X], (x) => tf.step(x, 0.3))],
  Cast: [on([X], (x) => tf.mul(tf.cast(tf.mul(x, 6), "int32"), x)), on([X], (x) => tf.cast(tf.floor(x), "bool"))],
  Select: [
    on([X, X], (x, y) => tf.where(tf.greater(x, y), tf.square(x), tf.mul(x, y))),
    on([X, [4]], (x, y) => tf.where(tf.less(x, 0), y, tf.mul(x, y))),
  ],
  LogicalAnd: [on([X, X], (x, y) => tf.where(tf.logicalAnd(tf.greater(x, 0), tf.less(y, 0)), x, tf.mul(x, y)))],
  LogicalOr: [on([X, X], (x, y) => tf.where(tf.logicalOr(tf.greater(x, 0), tf.less(y, 0)), x, tf.mul(x, y)))],
  LogicalNot: [on([X], (x) => tf.mul(tf.cast(tf.logicalNot(tf.greater(x, 0)), "float32"), x))],
  EluGrad: [on([X, X], kernel("EluGrad", ["dy", "y"]))],
};

const reductions = {
  Sum: [on([X], (x) => tf.sum(tf.square(x), 1)), on([X], (x) => tf.sum(x)), on([X], (x) => tf.sum(x, -2, true))],
  Mean: [on([X], (x) => tf.mean(tf.square(x), 0)), on([X], (x) => tf.mean(x, [-1], true))],
  Max: [on([X], (x) => tf.max(tf.exp(x), 1)), on([X], (x) => tf.max(x, -2, true))],
  Min: [on([X], (x) => tf.min(tf.exp(x), 0)), on([X], (x) => tf.min(x))],
  Prod: [
    on([X], (x) => tf.prod(x, 1)),
    on([[2, 3]], (x) => tf.prod(x)),
    on([X], (x) => tf.prod(x, -1)),
    on([X], (x) => tf.prod(x, 0, true)),
    on([[2, 2, 3]], (x) => tf.prod(x, [0, 2])),
  ],
  All: [on([X], (x) => tf.mul(x, tf.cast(tf.all(tf.greater(x, -2)), "float32")))],
  Any: [on([X], (x) => tf.mul(x, tf.cast(tf.any(tf.greater(x, 0), 1, true), "float32")))],
  ArgMax: [on([X], (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMax(x, 1), 1), "float32")))],
  ArgMin: [on([X], (x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMin(x, 1), 1), "float32")))],
  Softmax: [on([X], (x) => tf.softmax(x))],
  LogSoftmax: [on([X], (x) => tf.logSoftmax(x))],
  Cumsum: cumulative((x, axis, exclusive, reverse) => tf.cumsum(tf.square(x), axis, exclusive, reverse)),
  Cumprod: [
    ...cumulative((x, axis, exclusive, reverse) => tf.cumprod(x, axis, exclusive, reverse)),
    on([[3]], (x) => tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1])))),
  ],
  UnsortedSegmentSum: [on([X], (x) => tf.unsortedSegmentSum(tf.square(x), ints([0, 1, 0]) as tf.Tensor1D, 3))],
};

/** Every axis of rank 3, from both ends, with both flags. */
function cumulative(of: (x: tf.Tensor, axis: number, exclusive: boolean, reverse: boolean) => tf.Tensor): Case[] {
  return [-3, -2, -1, 0, 1, 2].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => on([[2, 3, 2]], (x) => of(x, axis, exclusive, reverse))),
    ),
  );
}

const products = {
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

const pairs = (...each: [number, number][]) => each;

const shapes = {
  Concat: [on([X, [3, 2]], (x, y) => tf.concat([x, y, tf.square(x)], 1))],
  Pack: [on([X, X], (x, y) => tf.stack([x, tf.mul(x, y)], 1))],
  Unpack: [
    on([[1, 3]], (x) => tf.square(tf.unstack(x)[0] as tf.Tensor)),
    on([X], (x) => tf.unstack(tf.square(x), 1)),
    on([X], (x) => tf.square(tf.unstack(x)[2] as tf.Tensor)),
  ],
  SplitV: [
    on([X], (x) => tf.square(tf.split(x, 1, 1)[0] as tf.Tensor)),

    on([X], (x) => tf.split(tf.square(x), [1, 3], 1)),
    on([X], (x) => tf.square(tf.split(x, 2, -1)[1] as tf.Tensor)),
  ],
  Slice: [on([X], (x) => tf.slice(tf.square(x), [1, 1], [2, 2]))],
  StridedSlice: [
    on([[5, 4]], (x) => tf.stridedSlice(tf.square(x), [0, 1], [5, 4], [2, 2])),
    on([[5, 4]], (x) => tf.stridedSlice(x, [-1, 3], [0, -4], [-2, -1])),
    on([[5, 4]], (x) => tf.stridedSlice(x, [2, 0], [0, 0], [1, 2], 0, 2, 0, 0, 1)),
    on([[3, 2, 2]], (x) => tf.stridedSlice(x, [0, 1], [1, 2], [1, 1], 0, 0, 1, 0, 0)),
    on([[3, 2]], (x) => tf.stridedSlice(x, [0, 0, 0], [0, 2, 2], [1, 1, 1], 0, 0, 0, 1, 0)),
  ],
  Reshape: [on([X], (x) => tf.reshape(tf.square(x), [2, 6]))],
  ExpandDims: [on([X], (x) => tf.expandDims(tf.square(x), 1))],
  Transpose: [on([[2, 3, 2]], (x) => tf.transpose(tf.square(x), [2, 0, 1]))],
  Reverse: [on([X], (x) => tf.reverse(tf.square(x), 1)), on([X], (x) => tf.reverse(x, -2))],
  PadV2: [on([X], (x) => tf.pad(tf.square(x), pairs([1, 2], [0, 1]), 3))],
  MirrorPad: [
    on([X], (x) => tf.mirrorPad(tf.square(x), pairs([1, 2], [0, 3]), "reflect")),
    on([X], (x) => tf.mirrorPad(x, pairs([3, 2], [1, 4]), "symmetric")),
  ],
  Tile: [
    on([[3]], (x) => tf.tile(tf.square(x), [3])),
    on([X], (x) => tf.tile(x, [2, 3])),
    on([[2, 1, 2]], (x) => tf.tile(x, [1, 3, 2])),
    on([[1, 2, 1, 2]], (x) => tf.tile(x, [2, 1, 3, 2])),
    on([[1, 2, 1, 2, 2]], (x) => tf.tile(tf.square(x), [2, 1, 3, 1, 2])),
  ],
  BroadcastTo: [
    on([[1, 4]], (x) => tf.broadcastTo(tf.square(x), [3, 4])),
    on([[3, 1]], (x) => tf.broadcastTo(x, [2, 3, 4])),
  ],
  SpaceToBatchND: [on([IMAGE], (x) => tf.spaceToBatchND(tf.square(x), [2, 2], pairs([0, 0], [1, 1])))],
  BatchToSpaceND: [on([[4, 2, 2, 1]], (x) => tf.batchToSpaceND(tf.square(x), [2, 2], pairs([0, 1], [1, 0])))],
  DepthToSpace: [on([[1, 2, 2, 4]], (x) => tf.depthToSpace(tf.square(x), 2))],
  GatherV2: [
    on([X], (x) => tf.gather(tf.square(x), ints([0, 2, 0]) as tf.Tensor1D)),
    on([[2, 3, 2]], (x) => tf.gather(x, ints([0, 2, 0, 1], [2, 2]) as tf.Tensor2D, 1)),
    on([[2, 3]], (x) => tf.gather(x, ints([0, 2, 2, 1], [2, 2]) as tf.Tensor2D, 1, 1)),
    on([[2, 2, 3]], (x) => tf.gather(x, ints([0, 2, 2, 1], [2, 2, 1]) as tf.Tensor3D, 2, 2)),
    on([X], (x) => tf.gather(x, tf.argMax(x, 1) as tf.Tensor1D, 1)),
  ],
  GatherNd: [
    on([X], (x) => tf.gatherND(tf.square(x), ints([0, 1, 2, 3, 0, 1], [3, 2]))),
    on([X], (x) => tf.gatherND(x, ints([2, 0, 2, 1], [2, 2, 1]))),
    on([[2, 3, 2]], (x) => tf.gatherND(x, ints([1, 2, 0, 0], [2, 2]))),
  ],
  ScatterNd: [
    on([[3]], (x) => tf.scatterND(ints([4, 0, 2], [3, 1]), tf.square(x), [5])),
    on([[3, 2]], (x) => tf.scatterND(ints([1, 1, 3], [3, 1]), x, [4, 2])),
    on([[2]], (x) => tf.scatterND(ints([1, 1, 0, 0], [2, 2]), x, [2, 2])),
  ],
  TopK: [
    on([X], (x) => tf.topk(tf.exp(x), 2).values),
    on([[2, 2, 3]], (x) => tf.topk(x, 3).values),
    on([[5]], (x) => tf.topk(x, 2).values),
  ],
  OneHot: [on([X], (x) => tf.mul(x, tf.oneHot(tf.argMax(x, 1) as tf.Tensor1D, 4)))],
};

const images = {
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

/** By kernel: functions that run it. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  ...elementwise,
  ...reductions,
  ...products,
  ...shapes,
  ...images,
};
