import * as tf from "../start";
import { dilate, dilatedShape, undilate } from "./dilate";
import { gradientOf, runKernel } from "./gradient-of";

interface ConvolutionAttributes {
  readonly dilations?: number | readonly number[] | null;
}

/** The three kernels of a convolution: itself, and its gradients with respect to its input and to its filter. */
interface Family {
  readonly forward: string;
  readonly toInput: string;
  readonly toFilter: string;
  /** How many axes the filter moves along. */
  readonly axes: number;
}

const FAMILIES: readonly Family[] = [
  { forward: tf.Conv2D, toInput: tf.Conv2DBackpropInput, toFilter: tf.Conv2DBackpropFilter, axes: 2 },
  { forward: tf.Conv3D, toInput: tf.Conv3DBackpropInputV2, toFilter: tf.Conv3DBackpropFilterV2, axes: 3 },
  {
    forward: tf.DepthwiseConv2dNative,
    toInput: tf.DepthwiseConv2dNativeBackpropInput,
    toFilter: tf.DepthwiseConv2dNativeBackpropFilter,
    axes: 2,
  },
];

/**
 * Convolutions. TensorFlow.js refuses the gradient of a dilated one; here it is the gradient of a plain one, whose filter
 * has zeros between its weights. A convolution is linear in its input and in its filter, so the gradients of its gradients
 * are convolutions again.
 */
export const convolutions = (): tf.GradConfig[] => FAMILIES.flatMap((family) => [ofForward(family), ...again(family)]);

function ofForward({ forward, toInput, toFilter, axes }: Family): tf.GradConfig {
  const plain = tf.getGradient(forward) as tf.GradConfig;
  const dilated = gradientOf<ConvolutionAttributes>(forward, ["x", "filter"], (dy, [x, filter], attributes) => {
    const dilations = dilationsOf(attributes, axes);
    const filterShape = dilatedShape(filter.shape, dilations);
    const shared = { ...attributes, dilations: ones(axes) };
    return {
      x: () => runKernel(toInput, { dy, filter: dilate(filter, dilations) }, { ...shared, inputShape: x.shape }),
      filter: () => undilate(runKernel(toFilter, { x, dy }, { ...shared, filterShape }), dilations),
    };
  });
  return {
    ...plain,
    gradFunc: (dy, saved, attributes) => {
      const isPlain = dilationsOf(attributes as ConvolutionAttributes, axes).every((each) => each === 1);
      return (isPlain ? plain : dilated).gradFunc(dy, saved, attributes);
    },
  };
}

function again({ forward, toInput, toFilter, axes }: Family): tf.GradConfig[] {
  const shared = (attributes: object) => ({ ...attributes, dilations: ones(axes) });
  return [
    gradientOf<object>(toInput, ["dy", "filter"], (ddx, [dy, filter], attributes) => ({
      dy: () => runKernel(forward, { x: ddx, filter }, shared(attributes)),
      filter: () => runKernel(toFilter, { x: ddx, dy }, { ...shared(attributes), filterShape: filter.shape }),
    })),
    gradientOf<object>(toFilter, ["x", "dy"], (ddw, [x, dy], attributes) => ({
      x: () => runKernel(toInput, { dy, filter: ddw }, { ...shared(attributes), inputShape: x.shape }),
      dy: () => runKernel(forward, { x, filter: ddw }, shared(attributes)),
    })),
  ];
}

const ones = (count: number): number[] => new Array<number>(count).fill(1);

function dilationsOf({ dilations }: ConvolutionAttributes, axes: number): number[] {
  const given = typeof dilations === "number" ? ones(axes).map(() => dilations) : dilations;
  return [...(given ?? ones(axes))].slice(-axes);
}
