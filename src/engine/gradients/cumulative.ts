import * as tf from "../start";
import { gradientOf, type Saved } from "./gradient-of";

interface CumulativeAttributes {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** TensorFlow.js transposes the gradient of a cumulative sum unless the axis is the last, and has none of the product. */
export const cumulative = (): tf.GradConfig[] => [
  gradientOf<CumulativeAttributes>(tf.Cumsum, [], (dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis, exclusive, !reverse),
  })),
  gradientOf<CumulativeAttributes>(tf.Cumprod, ["x"], (dy, [x], attributes) => ({
    x: () => ofProducts(dy, x, attributes),
  })),
  prod(),
];

/** TensorFlow.js fails for an axis that is counted from the last. */
function prod(): tf.GradConfig {
  const before = tf.getGradient(tf.Prod) as tf.GradConfig;
  return {
    ...before,
    gradFunc: (dy, saved, attributes) => {
      const [x] = saved as Saved;
      const axis = tf.util.parseAxisParam((attributes.axis ?? null) as number | number[], x.shape);
      return before.gradFunc(dy, saved, { ...attributes, axis });
    },
  };
}

/**
 * The gradient of yᵢ = Πⱼ xⱼ, over the j that come before i:
 *
 *   dxₖ = Σᵢ dyᵢ · Πⱼ≠ₖ xⱼ        over the i that have xₖ among their factors
 *
 * The products without xₖ are computed as such, n² numbers for n elements. TensorFlow divides by xₖ instead, and gives 0
 * where xₖ is 0.
 */
function ofProducts(dy: tf.Tensor, x: tf.Tensor, { axis, exclusive, reverse }: CumulativeAttributes): tf.Tensor {
  const last = x.rank - 1;
  const toLast = x.shape.map((_, i) => i);
  toLast.push(...toLast.splice(axis < 0 ? axis + x.rank : axis, 1));
  const fromLast = toLast.map((_, i) => toLast.indexOf(i));
  const [factors, gradients] = [x, dy].map((each) => tf.expandDims(tf.transpose(each, toLast), last)) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const n = factors.shape.at(-1) as number;
  const [k, i] = [tf.expandDims(tf.range(0, n), 1), tf.expandDims(tf.range(0, n), 0)];
  const isBefore = (exclusive ? tf.less : tf.lessEqual)(reverse ? i : k, reverse ? k : i);
  const others = tf.where(tf.equal(k, i), tf.ones([1]), factors); // [..., k, j]: row k has 1 in place of xₖ
  const products = tf.where(isBefore, tf.cumprod(others, last + 1, exclusive, reverse), tf.zeros([1]));
  return tf.transpose(tf.sum(tf.mul(gradients, products), -1), fromLast);
}
