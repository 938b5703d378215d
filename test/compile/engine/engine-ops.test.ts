import { expect, test } from "vitest";
import { compile } from "../../../src/compile";
import { layerNorm, softmaxCrossEntropyWithLogits, sparseSoftmaxCrossEntropyWithLogits } from "../../../src/rnn";
import * as tf from "../../../src/tf";
import { expectClose, scopeEachTest, uniform } from "../../support";
import { onNative } from "../support";

scopeEachTest();

// biome-ignore lint/suspicious/noExplicitAny: one table of operations on tensors of several ranks
type Operation = (x: any, a: any, b: any) => tf.Tensor;
type Shape = number[];

/** Operations by the shapes of what they are given: x, and constants a and b of which gradients are not asked for. */
const X = [4, 6];
const IMAGE = [2, 6, 6, 3];
const SEQUENCE = [2, 7, 3];
const ints = (values: number[]) => tf.tensor1d(values, "int32");

const products: Record<string, [Operation, ...Shape[]]> = {
  matMul: [(x, a) => tf.matMul(x, a), X, [6, 5]],
  "matMul, left transposed": [(x, a) => tf.matMul(x, a, true), X, [4, 5]],
  "matMul, right transposed": [(x, a) => tf.matMul(x, a, false, true), X, [5, 6]],
  "matMul of batches": [(x, a) => tf.matMul(x, a), [2, 3, 4], [2, 4, 5]],
  "matMul, broadcast": [(x, a) => tf.matMul(x, a), [2, 3, 4], [1, 4, 5]],
  "fused matMul": [(x, a, b) => tf.fused.matMul({ a: x, b: a, bias: b, activation: "relu" }), X, [6, 5], [5]],
  dot: [(x, a) => tf.dot(x, a), X, [6]],
  outerProduct: [(x, a) => tf.outerProduct(x, a), [6], [5]],
  conv1d: [(x, a) => tf.conv1d(x, a, 1, "same"), SEQUENCE, [3, 3, 4]],
  conv2d: [(x, a) => tf.conv2d(x, a, 1, "same"), IMAGE, [3, 3, 3, 4]],
  "conv2d, strides": [(x, a) => tf.conv2d(x, a, 2, "valid"), IMAGE, [3, 3, 3, 4]],
  conv2dTranspose: [(x, a) => tf.conv2dTranspose(x, a, [2, 12, 12, 4], 2, "same"), IMAGE, [3, 3, 4, 3]],
  depthwiseConv2d: [(x, a) => tf.depthwiseConv2d(x, a, 1, "same"), IMAGE, [3, 3, 3, 2]],
  separableConv2d: [(x, a, b) => tf.separableConv2d(x, a, b, 1, "same"), IMAGE, [3, 3, 3, 2], [1, 1, 6, 2]],
  conv3d: [(x, a) => tf.conv3d(x, a, 1, "same"), [1, 3, 3, 3, 2], [2, 2, 2, 2, 2]],
};

const shapes: Record<string, [Operation, ...Shape[]]> = {
  concat: [(x, a) => tf.concat([x, a, x], 1), X, [4, 2]],
  "split, equal": [(x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])), X],
  "split, one part used": [(x) => tf.square(tf.split(x, [1, 2, 3], 1)[1] as tf.Tensor), X],
  slice: [(x) => tf.slice(x, [1, 2], [2, 3]), X],
  stack: [(x, a) => tf.stack([x, a], 1), X, X],
  unstack: [(x) => tf.addN(tf.unstack(x, 1)), X],
  "unstack, one part used": [(x) => tf.unstack(x)[2] as tf.Tensor, X],
  gather: [(x) => tf.gather(x, ints([0, 2, 1, 3, 2])), X],
  "gather, axis 1": [(x) => tf.gather(x, ints([0, 5, 5]), 1), X],
  transpose: [(x) => tf.transpose(x), X],
  "transpose, three axes": [(x) => tf.transpose(x, [2, 0, 1]), [2, 3, 4]],
  reshape: [(x) => tf.reshape(x, [3, -1]), X],
  "expandDims, squeeze": [(x) => tf.squeeze(tf.expandDims(tf.neg(x), 1)), X],
  pad: [
    (x) =>
      tf.pad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        3,
      ),
    X,
  ],
  mirrorPad: [
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [1, 2],
        ],
        "reflect",
      ),
    X,
  ],
  tile: [(x) => tf.tile(x, [2, 3]), X],
  reverse: [(x) => tf.reverse(x, 1), X],
  broadcastTo: [(x) => tf.broadcastTo(x, [3, 6]), [1, 6]],
  spaceToBatchND: [
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    IMAGE,
  ],
};

const reductions: Record<string, [Operation, ...Shape[]]> = {
  sum: [(x) => tf.sum(x), X],
  "sum, axis": [(x) => tf.sum(x, 0), X],
  "sum, kept axes": [(x) => tf.sum(x, [1], true), X],
  mean: [(x) => tf.mean(x, 1), X],
  max: [(x) => tf.max(x, 1), X],
  min: [(x) => tf.min(x, 0), X],
  prod: [(x) => tf.prod(tf.add(x, 2), 1), X],
  logSumExp: [(x) => tf.logSumExp(x, 1), X],
  norm: [(x) => tf.norm(x, 2, 1), X],
  moments: [(x) => tf.moments(x, 1).variance, X],
  cumsum: [(x) => tf.cumsum(x, 1), X],
  "cumsum, exclusive, reverse": [(x) => tf.cumsum(x, 1, true, true), X],
};

const elementwise: Record<string, [Operation, ...Shape[]]> = {
  add: [(x, a) => tf.add(x, a), X, [6]],
  sub: [(x, a) => tf.sub(a, x), X, [4, 1]],
  mul: [(x, a) => tf.mul(x, a), X, [6]],
  div: [(x, a) => tf.div(a, tf.add(x, 2)), X, X],
  floorDiv: [(x, a) => tf.floorDiv(tf.mul(x, 9), tf.add(a, 2)), X, X],
  mod: [(x, a) => tf.mod(tf.mul(x, 9), tf.add(a, 2)), X, X],
  maximum: [(x, a) => tf.maximum(x, a), X, X],
  minimum: [(x, a) => tf.minimum(x, a), X, X],
  squaredDifference: [(x, a) => tf.squaredDifference(x, a), X, X],
  addN: [(x, a) => tf.addN([x, a, x]), X, X],
  pow: [(x) => tf.pow(tf.add(x, 2), 3), X],
  "pow of a number": [(x) => tf.pow(2, x), X],
  atan2: [(x, a) => tf.atan2(x, tf.add(a, 2)), X, X],
  where: [(x, a) => tf.where(tf.greater(a, 0), x, tf.neg(x)), X, X],
  "where, broadcast": [(x, a) => tf.where(tf.greater(a, 0), x, tf.zerosLike(x)), X, [4, 1]],
  clipByValue: [(x) => tf.clipByValue(x, -0.5, 0.5), X],
  prelu: [(x) => tf.prelu(x, tf.scalar(0.2)), X],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.1), X],
  "with a range": [(x) => tf.mul(x, tf.range(0, 6)), X],
  "with a fill": [(x) => tf.mul(x, tf.fill(X, 3)), X],
  "with an eye": [(x) => tf.matMul(x, tf.eye(6)), X],
};
const UNARY = (
  "softmax logSoftmax relu relu6 elu selu sigmoid logSigmoid tanh softplus exp expm1 square abs neg sign sin cos tan " +
  "asin atan sinh cosh erf floor ceil round step"
).split(" ");
for (const name of UNARY) elementwise[name] = [(tf as unknown as Record<string, Operation>)[name] as Operation, X];
for (const name of ["log", "log1p", "sqrt", "rsqrt", "reciprocal", "acosh"]) {
  elementwise[name] = [
    (x, a, b) => (tf as unknown as Record<string, Operation>)[name]?.(tf.add(x, 2.5), a, b) as tf.Tensor,
    X,
  ];
}

const images: Record<string, [Operation, ...Shape[]]> = {
  maxPool: [(x) => tf.maxPool(x, 2, 2, "same"), IMAGE],
  avgPool: [(x) => tf.avgPool(x, 2, 2, "valid"), IMAGE],
  resizeBilinear: [(x) => tf.image.resizeBilinear(x, [9, 9]), IMAGE],
  resizeNearestNeighbor: [(x) => tf.image.resizeNearestNeighbor(x, [3, 3]), IMAGE],
  localResponseNormalization: [(x) => tf.localResponseNormalization(x), IMAGE],
  batchNorm: [
    (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, tf.zeros([3]), tf.ones([3]));
    },
    IMAGE,
  ],
  layerNorm: [(x, a, b) => layerNorm(x, a, b), X, [6], [6]],
};

const losses: Record<string, [Operation, ...Shape[]]> = {
  huberLoss: [(x, a) => tf.losses.huberLoss(a, x), X, X],
  meanSquaredError: [(x, a) => tf.losses.meanSquaredError(a, x), X, X],
  sigmoidCrossEntropy: [(x) => tf.losses.sigmoidCrossEntropy(tf.onesLike(x), x), X],
  softmaxCrossEntropy: [(x) => tf.losses.softmaxCrossEntropy(tf.ones(X), x), X],
  cosineDistance: [(x, a) => tf.losses.cosineDistance(a, x, 1), X, X],
  sparseSoftmaxCrossEntropyWithLogits: [(x) => sparseSoftmaxCrossEntropyWithLogits(ints([1, 2, 0, 5]), x), X],
  softmaxCrossEntropyWithLogits: [(x, a) => softmaxCrossEntropyWithLogits(tf.softmax(a), x), X, X],
  "oneHot, mul": [(x) => tf.mul(x, tf.oneHot(ints([1, 2, 0, 5]), 6)), X],
};

/** Operations that choose or compare. Where their result changes in steps only, its gradient is zero. */
const choices: Record<string, [Operation, ...Shape[]]> = {
  oneHot: [(x) => tf.oneHot(tf.argMax(x, 1), 6), X],
  argMax: [(x) => tf.argMax(x, 1), X],
  argMin: [(x) => tf.argMin(x, 0), X],
  "topk, values": [(x) => tf.topk(x, 3).values, X],
  "topk, indices": [(x) => tf.topk(x, 3).indices, X],
  einsum: [(x, a) => tf.einsum("ij,jk->ik", x, a), X, [6, 5]],
  stridedSlice: [(x) => tf.stridedSlice(x, [0, 0], [4, 6], [2, 3]), X],
  gatherND: [
    (x) =>
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [0, 1],
            [2, 3],
          ],
          [2, 2],
          "int32",
        ),
      ),
    X,
  ],
  scatterND: [(x) => tf.scatterND(tf.tensor2d([[1], [3], [0], [2]], [4, 1], "int32"), x, [5, 6]), X],
  cumprod: [(x) => tf.cumprod(x, 1), X],
  greater: [(x, a) => tf.greater(x, a), X, X],
  lessEqual: [(x, a) => tf.lessEqual(x, a), X, X],
  equal: [(x) => tf.equal(tf.sign(x), 1), X],
  notEqual: [(x) => tf.notEqual(tf.sign(x), 1), X],
  logicalAnd: [(x, a) => tf.logicalAnd(tf.greater(x, 0), tf.less(a, 0)), X, X],
  logicalOr: [(x, a) => tf.logicalOr(tf.greater(x, 0), tf.less(a, 0)), X, X],
  logicalNot: [(x) => tf.logicalNot(tf.greater(x, 0)), X],
  any: [(x) => tf.any(tf.greater(x, 0), 1), X],
  all: [(x) => tf.all(tf.greater(x, -2)), X],
  isNaN: [(x) => tf.isNaN(tf.log(x)), X],
  cast: [(x) => tf.cast(tf.mul(x, 9), "int32"), X],
  "cast to bool": [(x) => tf.cast(tf.sign(tf.relu(x)), "bool"), X],
  depthToSpace: [(x) => tf.depthToSpace(x, 2), [1, 2, 2, 4]],
  bandPart: [(x) => tf.linalg.bandPart(x, 1, 1), X],
};

const all = Object.entries({ ...products, ...shapes, ...reductions, ...elementwise, ...images, ...losses, ...choices });
const given = (list: Shape[], seed: number) => list.map((shape, i) => uniform(shape as [number], seed + i));

onNative("compile(f)(x) ≡ f(x), twice with other numbers, for", () => {
  test.each(all)("%s", (_name, [operation, ...sizes]) => {
    const compute = (...inputs: tf.Tensor[]) => operation(...(inputs as [unknown, unknown, unknown]));
    const compiled = compile(compute);
    for (const inputs of [given(sizes, 1), given(sizes, 51)]) {
      const [actual, expected] = [compiled(...inputs), compute(...inputs)];
      expect(actual.dtype).toBe(expected.dtype);
      expectClose(actual, expected, 1e-5 * (1 + largest(expected)));
    }
    compiled.dispose();
  });
});

onNative("compile(tf.grad(f))(x) ≡ tf.grad(f)(x), twice with other numbers, for", () => {
  test.each(all)("%s", (_name, [operation, ...sizes]) => {
    const gradient = (...inputs: tf.Tensor[]) => {
      const [x, ...others] = inputs as [tf.Tensor, ...tf.Tensor[]];
      const weighted = (y: tf.Tensor) => {
        const z = operation(y, ...(others as [unknown, unknown]));
        return tf.sum(tf.mul(z, tf.add(1, tf.cos(tf.reshape(tf.range(0, z.size), z.shape))))); // each of another weight
      };
      return tf.grad(weighted)(x);
    };
    const compiled = compile(gradient);
    for (const inputs of [given(sizes, 1), given(sizes, 51)]) {
      const expected = gradient(...inputs);
      expectClose(compiled(...inputs), expected, 1e-5 * (1 + largest(expected)));
    }
    compiled.dispose();
  });
});

onNative("tf.gather by indices that are known only when it runs", () => {
  const computed = (x: tf.Tensor2D, a: tf.Tensor2D) => tf.gather(x, tf.argMax(a, 0));

  test("computed indices", () => {
    const [x, a] = given([X, [4, 3]], 1) as [tf.Tensor2D, tf.Tensor2D];
    expectClose(compile(computed)(x, a), computed(x, a));
  });

  test("the gradient of unsortedSegmentSum", () => {
    const segments = (y: tf.Tensor) => tf.unsortedSegmentSum(y, ints([0, 1, 0, 1]), 2);
    const x = uniform<tf.Rank.R2>([4, 6], 1);
    const gradient = (given: tf.Tensor2D) => tf.grad(segments)(given);
    expectClose(compile(gradient)(x), gradient(x));
  });

  test("an index outside is an error, eagerly and compiled", () => {
    const look = compile((x: tf.Tensor2D, ids: tf.Tensor1D) => tf.gather(x, ids));
    const x = tf.ones([2, 2]) as tf.Tensor2D;
    expectClose(look(x, tf.tensor1d([1, 0], "int32")), x);
    expect(() => look(x, tf.tensor1d([1, 2], "int32"))).toThrow(/expected an index from 0 to 1, got 2/);
    expect(() => tf.gather(x, tf.tensor1d([5], "int32")).dataSync()).toThrow(/not in \[0, 2\)/);
  });
});

const largest = (tensor: tf.Tensor) => (tf.max(tf.abs(tf.cast(tensor, "float32"))).dataSync()[0] as number) || 0;
