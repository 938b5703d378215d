import * as tf from "../start";
import { changedGradient, gradientOf, zerosFor } from "./gradient-of";

const ofTwo = (kernelName: string): tf.GradConfig =>
  gradientOf(kernelName, ["a", "b"], (_dy, [a, b]) => ({ a: zerosFor(a), b: zerosFor(b) }));

const ofOne = (kernelName: string): tf.GradConfig => gradientOf(kernelName, ["x"], (_dy, [x]) => ({ x: zerosFor(x) }));

/**
 * Functions whose value changes in steps only, so their gradient is zero. TensorFlow.js has no gradient of comparisons
 * and of logic; it takes that of `floorDiv` for that of a division, and passes a gradient through a cast to whole numbers
 * as if nothing had been rounded.
 */
export const piecewiseConstant = (): tf.GradConfig[] => [
  ...[
    tf.Greater,
    tf.GreaterEqual,
    tf.Less,
    tf.LessEqual,
    tf.Equal,
    tf.NotEqual,
    tf.LogicalAnd,
    tf.LogicalOr,
    tf.FloorDiv,
  ].map(ofTwo),
  ...[tf.LogicalNot, tf.All, tf.Any].map(ofOne),
  changedGradient<{ dtype: string }>(tf.Cast, (before, _saved, dy, { dtype }) =>
    dtype === "int32" || dtype === "bool" ? { x: () => tf.zerosLike(dy) } : before,
  ),
];
