import * as tf from "../../tf";
import { checkCount, checkFunction, checkOptions, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { named } from "../named";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";

type Sides = number | readonly [height: number, width: number];

export interface Conv2DOptions {
  /** Features of the inputs (channels). Required. */
  inputSize: number;
  /** Features of the outputs. Required. */
  filters: number;
  /** Height and width of the kernel; a number is both. Required. */
  kernelSize: Sides;
  /** The rows and columns from one output to the next; a number is both. Default: 1. */
  strides?: Sides;
  /**
   * "valid": no padding, so the outputs are smaller by kernelSize − 1. "same": zeros around, so that the outputs are as
   * large as the inputs (divided by `strides`, rounded up). Default: "valid".
   */
  padding?: "valid" | "same";
  /** φ. Default: none. */
  activation?: (x: tf.Tensor4D) => tf.Tensor4D;
  /** Whether a bias is added. Default: true. */
  useBias?: boolean;
  /** The kernel's initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

const OPTIONS = "inputSize filters kernelSize strides padding activation useBias kernelInitializer seed".split(" ");

/**
 * A convolution over the rows and columns of images, TensorFlow's `tf.layers.conv2d`.
 *
 *   y[i, j] = φ(Σₖₗ x[i·strides₀ + k, j·strides₁ + l]·W[k, l] + b)      x after padding
 *
 * A picture of text is a sequence from left to right: with strides of its height only, `[2, 1]`, the columns stay the
 * time steps of a recurrent network.
 *
 * @example
 *   const conv = new Conv2D({ inputSize: 1, filters: 8, kernelSize: 3, padding: "same", activation: tf.relu, seed: 1 });
 *   const images: tf.Tensor4D = tf.randomUniform([2, 28, 28, 1]); // [batch, height, width, inputSize]
 *   const y = conv.call(images); // [2, 28, 28, 8]
 *
 * @throws ArgumentError when a size is not a positive whole number, or an option is unknown
 */
export class Conv2D {
  readonly inputSize: number;
  readonly filters: number;
  /** `[height, width, inputSize, filters]` */
  readonly kernel: tf.Variable<tf.Rank.R4>;
  /** `[filters]`, starts at 0; undefined without a bias. */
  readonly bias: tf.Variable<tf.Rank.R1> | undefined;
  readonly strides: readonly [height: number, width: number];
  readonly padding: "valid" | "same";
  private readonly activation: ((x: tf.Tensor4D) => tf.Tensor4D) | undefined;

  constructor(options: Conv2DOptions) {
    checkOptions("Conv2D", options, OPTIONS);
    const { inputSize, filters, kernelSize, strides = 1, padding = "valid" } = options;
    const { activation, useBias = true, kernelInitializer = glorotUniform, seed } = options;
    checkCount("Conv2D", "inputSize", inputSize);
    checkCount("Conv2D", "filters", filters);
    const [height, width] = sidesOf("kernelSize", kernelSize);
    this.strides = sidesOf("strides", strides);
    if (activation !== undefined) checkFunction("Conv2D", "activation", activation);
    if (padding !== "valid" && padding !== "same") {
      throw new ArgumentError("Conv2D", "padding", '"valid" or "same"', describe(padding));
    }
    this.inputSize = inputSize;
    this.filters = filters;
    this.padding = padding;
    this.activation = activation;
    this.kernel = weight(() => kernelInitializer<tf.Rank.R4>([height, width, inputSize, filters], seed));
    this.bias = useBias ? weight(() => tf.zeros([filters])) : undefined;
  }

  get weights(): Record<string, tf.Variable> {
    return { "conv2d/kernel": this.kernel, ...(this.bias && { "conv2d/bias": this.bias }) };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  /**
   * @param inputs `[batch, height, width, inputSize]`
   * @returns `[batch, outputHeight, outputWidth, filters]`
   * @throws ArgumentError that names the expected and the actual shape
   */
  call(inputs: tf.Tensor4D): tf.Tensor4D {
    checkTensor("Conv2D.call", "inputs", inputs, ["batch", "height", "width", this.inputSize]);
    const [height, width] = this.kernel.shape;
    if (this.padding === "valid" && (inputs.shape[1] < height || inputs.shape[2] < width)) {
      const expected = `images of at least ${height} by ${width} pixels, because padding is "valid"`;
      throw new ArgumentError("Conv2D.call", "inputs", expected, describe(inputs));
    }
    return named(this, () => {
      const product = tf.conv2d(inputs, this.kernel, [...this.strides], this.padding);
      const outputs = this.bias === undefined ? product : (tf.add(product, this.bias) as tf.Tensor4D);
      return this.activation === undefined ? outputs : this.activation(outputs);
    });
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

function sidesOf(name: string, sides: Sides): readonly [height: number, width: number] {
  if (typeof sides !== "number" && !(Array.isArray(sides) && sides.length === 2)) {
    throw new ArgumentError("Conv2D", name, "a number, or [height, width]", describe(sides));
  }
  const both = typeof sides === "number" ? ([sides, sides] as const) : sides;
  for (const side of both) checkCount("Conv2D", name, side);
  return both;
}
