import * as tf from "../start";
import { gradientOf, runKernel, zerosFor } from "./gradient-of";

interface Pool {
  readonly filterSize: number;
  readonly strides: number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** What the native backend has for an operation that TensorFlow.js has no kernel of. */
interface NativeBackend {
  executeSingleOutput(name: string, attributes: readonly object[], inputs: readonly tf.Tensor[]): tf.Tensor;
  readonly binding: Readonly<Record<"TF_ATTR_TYPE" | "TF_ATTR_INT" | "TF_ATTR_STRING", number>>;
}

/**
 * Second derivatives of max pooling. Its gradient goes to the largest element of each window, so the gradient of that is
 * read from there. Only TensorFlow's library has an operation that reads it.
 */
export const maxPooling = (): tf.GradConfig[] => [
  ofLargest(tf.MaxPoolGrad, "NHWC", (shape, { filterSize, strides, pad, dimRoundingMode }) => {
    const of = tf.backend_util.computePool2DInfo(shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
    return {
      filter: [of.filterHeight, of.filterWidth],
      strides: [of.strideHeight, of.strideWidth],
      padding: of.padInfo.type,
    };
  }),
  ofLargest(tf.MaxPool3DGrad, "NDHWC", (shape, { filterSize, strides, pad, dimRoundingMode }) => {
    const of = tf.backend_util.computePool3DInfo(shape as Shape5D, filterSize, strides, 1, pad, dimRoundingMode);
    return {
      filter: [of.filterDepth, of.filterHeight, of.filterWidth],
      strides: [of.strideDepth, of.strideHeight, of.strideWidth],
      padding: of.padInfo.type,
    };
  }),
];

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

/** The sizes of a window and of its steps, along each axis that it moves along. */
type Window = (
  shape: number[],
  pool: Pool,
) => { readonly filter: readonly number[]; readonly strides: readonly number[]; readonly padding: string };

function ofLargest(kernelName: string, dataFormat: string, windowOf: Window): tf.GradConfig {
  return gradientOf<Pool>(kernelName, ["input", "output"], (ddx, [input, output], pool) => ({
    dy: () => {
      const read = tf.customGrad((given, save) => {
        (save as tf.GradSaveFunc)([input, output]);
        const { filter, strides, padding } = windowOf(input.shape, pool);
        const { binding } = native(kernelName);
        const attributes = [
          { name: "T", type: binding.TF_ATTR_TYPE, value: 1 },
          { name: "ksize", type: binding.TF_ATTR_INT, value: [1, ...filter, 1] },
          { name: "strides", type: binding.TF_ATTR_INT, value: [1, ...strides, 1] },
          { name: "padding", type: binding.TF_ATTR_STRING, value: padding },
          { name: "data_format", type: binding.TF_ATTR_STRING, value: dataFormat },
        ];
        const inputs = [input, output, given as tf.Tensor];
        return {
          value: native(kernelName).executeSingleOutput(`${kernelName}Grad`, attributes, inputs),
          gradFunc: (dy: tf.Tensor, [x, y]: tf.Tensor[]) =>
            runKernel(kernelName, { dy, input: x as tf.Tensor, output: y as tf.Tensor }, pool),
        };
      });
      return read(ddx);
    },
    input: zerosFor(input),
    output: zerosFor(output),
  }));
}

/** @throws Error on another engine */
function native(kernelName: string): NativeBackend {
  if (tf.getBackend() === "tensorflow") return tf.backend() as unknown as NativeBackend;
  throw new Error(`${kernelName} cannot be differentiated again on ${tf.getBackend()}: only TensorFlow's library can`);
}
