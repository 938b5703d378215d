import * as tf from "../start";
import { changedGradient, gradientOf, type InputGradients, runKernel, type Saved, zerosFor } from "./gradient-of";

/**
 * Functions that only choose, repeat or move the elements of a tensor. Run on the positions 0, 1, 2 … instead of on the
 * elements, such a function tells where each element of its output came from: there the gradient goes back to. TensorFlow.js
 * lacks these gradients, or forgets the elements that were repeated.
 */
export const movedElements = (): tf.GradConfig[] => [
  ...[tf.StridedSlice, tf.MirrorPad, tf.DepthToSpace].map((kernelName) =>
    gradientOf<object>(kernelName, ["x"], (dy, [x], attributes) => ({
      x: () => backTo(x.shape, dy, (positions) => runKernel(kernelName, { x: positions }, attributes)),
    })),
  ),
  gradientOf(tf.GatherNd, ["params", "indices"], (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices, dy, params.shape),
    indices: zerosFor(indices),
  })),
  gradientOf(tf.ScatterNd, ["indices", "updates"], (dy, [indices]) => ({
    indices: zerosFor(indices),
    updates: () => tf.gatherND(dy, indices),
  })),
  changedGradient<GatherAttributes>(tf.GatherV2, gather),
  changedGradient<{ reps: number[] }>(tf.Tile, (before, [x], dy, { reps }) =>
    x.rank > 4 ? tile(x, dy, reps) : before,
  ),
  changedGradient(tf.UnsortedSegmentSum, (before, [segmentIds]) => ({ ...before, segmentIds: zerosFor(segmentIds) })),
  topK(),
];

interface GatherAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

/** TensorFlow.js is right up to one batch axis, and needs a kernel that WebAssembly lacks; the indices have no gradient, and it gives the indices for it. */
function gather(
  before: InputGradients,
  [x, indices]: Saved,
  dy: tf.Tensor,
  { axis, batchDims }: GatherAttributes,
): InputGradients {
  const chosen = (positions: tf.Tensor) => tf.gather(positions, indices as tf.Tensor1D, axis, batchDims);
  const canSum = tf.getKernel(tf.UnsortedSegmentSum, tf.getBackend()) !== undefined;
  return {
    x: batchDims > 1 || !canSum ? () => backTo(x.shape, dy, chosen) : (before.x as () => tf.Tensor),
    indices: zerosFor(indices),
  };
}

/** The sum over all copies. TensorFlow.js adds them up one by one, and knows four axes. */
function tile(x: tf.Tensor, dy: tf.Tensor, reps: readonly number[]): InputGradients {
  const split = x.shape.flatMap((size, axis) => [reps[axis] as number, size]);
  const copies = x.shape.map((_, axis) => 2 * axis);
  return { x: () => tf.sum(tf.reshape(dy, split), copies) };
}

function topK(): tf.GradConfig {
  return {
    kernelName: tf.TopK,
    inputsToSave: ["x"],
    outputsToSave: [false, true],
    gradFunc: (dys, [x, indices]) => ({ x: () => ofLargest((dys as tf.Tensor[])[0], x, indices) }),
  };
}

/** Each row's gradients go to the positions of its largest elements. */
function ofLargest(dy: tf.Tensor | undefined, x?: tf.Tensor, indices?: tf.Tensor): tf.Tensor {
  const [values, given, chosen] = [dy, x, indices] as [tf.Tensor, tf.Tensor, tf.Tensor];
  const columns = given.shape.at(-1) as number;
  const starts = tf.mul(tf.range(0, given.size / columns, 1, "int32"), tf.scalar(columns, "int32"));
  const positions = tf.add(tf.reshape(chosen, [-1, chosen.shape.at(-1) as number]), tf.expandDims(starts, 1));
  return scatter(given.shape, positions, values);
}

/** Takes a gradient back to the elements of the input, by the positions that the function gives when it is given positions. */
function backTo(shape: number[], dy: tf.Tensor, move: (positions: tf.Tensor) => tf.Tensor): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  if (size === 0 || dy.size === 0) return tf.zeros(shape);
  return scatter(shape, move(tf.reshape(tf.range(0, size, 1, "int32"), shape)), dy);
}

/** Adds each element of a gradient at its position among all elements of a tensor. */
function scatter(shape: number[], positions: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  const indices = tf.reshape(positions, [-1, 1]);
  return tf.reshape(tf.scatterND(indices, tf.reshape(dy, [-1]), [tf.util.sizeFromShape(shape)]), shape);
}
