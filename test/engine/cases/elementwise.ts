import * as tf from "../../../src/tf";
import { type Case, on } from "../differences";
import { kernel, X } from "./kernel";

const POSITIVE: [number, number] = [0.5, 2];

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

export const elementwise = {
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
