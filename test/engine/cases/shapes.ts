import * as tf from "../../../src/tf";
import { on } from "../differences";
import { IMAGE, ints, X } from "./kernel";

const pairs = (...each: [number, number][]) => each;

export const shapes = {
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
