import * as tf from "../../tf";
import { checkCount, checkFunction, checkOptions, checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { named } from "../named";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";

export interface Conv1DOptions {
  /** Features of the inputs. Required. */
  inputSize: number;
  /** Features of the outputs. Required. */
  filters: number;
  /** The width of the kernel in time steps. Required. */
  kernelSize: number;
  /** The time steps from one output to the next. Default: 1. */
  strides?: number;
  /**
   * "valid": no padding, so the outputs are kernelSize − 1 time steps fewer. "same": zeros before and after, so that there
   * are as many outputs as inputs (divided by `strides`, rounded up). "causal": zeros before only, so that an output
   * depends on no later input. Default: "valid".
   */
  padding?: "valid" | "same" | "causal";
  /** The time steps from one element of the kernel to the next; above 1 only with strides 1. Default: 1. */
  dilationRate?: number;
  /** φ. Default: none. */
  activation?: (x: tf.Tensor3D) => tf.Tensor3D;
  /** Whether a bias is added. Default: true. */
  useBias?: boolean;
  /** The kernel's initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

const OPTIONS =
  "inputSize filters kernelSize strides padding dilationRate activation useBias kernelInitializer seed".split(" ");
const PADDINGS: readonly unknown[] = ["valid", "same", "causal"];

/**
 * A convolution over time, TensorFlow's `tf.layers.conv1d`, with Keras's causal padding.
 *
 *   y[t] = φ(Σₖ x[t·strides + k·dilationRate]·W[k] + b)        k from 0 to kernelSize − 1, x after padding
 *
 * In padded sequences a "causal" convolution gives each live time step the same output as without padding, because it
 * looks back only. With "same" and "valid" the last live time steps see the padding; and with strides the lengths shrink
 * as the time axis does.
 *
 * @example
 *   const conv = new Conv1D({ inputSize: 3, filters: 8, kernelSize: 5, padding: "causal", activation: tf.relu, seed: 1 });
 *   const x: tf.Tensor3D = tf.randomNormal([2, 20, 3]); // [batch, nSteps, inputSize]
 *   const y = conv.call(x); // [2, 20, 8]
 *
 * @throws ArgumentError when a size is not a positive whole number, strides and dilation are both above 1, or an option is
 *   unknown
 */
export class Conv1D {
  readonly inputSize: number;
  readonly filters: number;
  /** `[kernelSize, inputSize, filters]` */
  readonly kernel: tf.Variable<tf.Rank.R3>;
  /** `[filters]`, starts at 0; undefined without a bias. */
  readonly bias: tf.Variable<tf.Rank.R1> | undefined;
  readonly strides: number;
  readonly padding: "valid" | "same" | "causal";
  readonly dilationRate: number;
  private readonly activation: ((x: tf.Tensor3D) => tf.Tensor3D) | undefined;

  constructor(options: Conv1DOptions) {
    checkOptions("Conv1D", options, OPTIONS);
    const { inputSize, filters, kernelSize, strides = 1, padding = "valid", dilationRate = 1 } = options;
    const { activation, useBias = true, kernelInitializer = glorotUniform, seed } = options;
    for (const [name, value] of Object.entries({ inputSize, filters, kernelSize, strides, dilationRate })) {
      checkCount("Conv1D", name, value);
    }
    if (activation !== undefined) checkFunction("Conv1D", "activation", activation);
    if (!PADDINGS.includes(padding)) {
      throw new ArgumentError("Conv1D", "padding", '"valid", "same" or "causal"', describe(padding));
    }
    if (strides > 1 && dilationRate > 1) {
      throw new ArgumentError("Conv1D", "dilationRate", "1, where strides is above 1", describe(dilationRate));
    }
    this.inputSize = inputSize;
    this.filters = filters;
    this.strides = strides;
    this.padding = padding;
    this.dilationRate = dilationRate;
    this.activation = activation;
    this.kernel = weight(() => kernelInitializer<tf.Rank.R3>([kernelSize, inputSize, filters], seed));
    this.bias = useBias ? weight(() => tf.zeros([filters])) : undefined;
  }

  get weights(): Record<string, tf.Variable> {
    return { "conv1d/kernel": this.kernel, ...(this.bias && { "conv1d/bias": this.bias }) };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.weights);
  }

  /**
   * @param inputs `[batch, nSteps, inputSize]`
   * @returns `[batch, outputs, filters]`
   * @throws ArgumentError that names the expected and the actual shape
   */
  call(inputs: tf.Tensor3D): tf.Tensor3D {
    checkTensor("Conv1D.call", "inputs", inputs, ["batch", "nSteps", this.inputSize]);
    const reach = (this.kernel.shape[0] - 1) * this.dilationRate; // further time steps that an output depends on
    if (this.padding === "valid" && inputs.shape[1] <= reach) {
      const expected = `at least ${reach + 1} time steps, because padding is "valid"`;
      throw new ArgumentError("Conv1D.call", "inputs", expected, describe(inputs));
    }
    return named(this, () => {
      const product =
        this.dilationRate === 1 ? this.convolved(inputs, reach) : dilated(this.padded(inputs, reach), this);
      const outputs = this.bias === undefined ? product : (tf.add(product, this.bias) as tf.Tensor3D);
      return this.activation === undefined ? outputs : this.activation(outputs);
    });
  }

  private convolved(inputs: tf.Tensor3D, reach: number): tf.Tensor3D {
    if (this.padding !== "causal") return tf.conv1d(inputs, this.kernel, this.strides, this.padding);
    return tf.conv1d(this.padded(inputs, reach), this.kernel, this.strides, "valid");
  }

  /** Pads with zeros, for stride 1 (causal: any stride). */
  private padded(inputs: tf.Tensor3D, reach: number): tf.Tensor3D {
    if (this.padding === "valid" || reach === 0) return inputs;
    const before = this.padding === "causal" ? reach : Math.floor(reach / 2);
    return tf.pad3d(inputs, [
      [0, 0],
      [before, reach - before],
      [0, 0],
    ]);
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

/**
 * A dilated convolution with stride 1 and no padding, as one product: the inputs of each output stand side by side. (The
 * engine's own has no gradient, because TensorFlow has no kernel for it on CPUs.)
 */
function dilated(inputs: tf.Tensor3D, { kernel, dilationRate }: Pick<Conv1D, "kernel" | "dilationRate">): tf.Tensor3D {
  const [width, inputSize, filters] = kernel.shape;
  const [batch, nSteps] = inputs.shape;
  const outputs = nSteps - (width - 1) * dilationRate;
  const taps = Array.from({ length: width }, (_, k) =>
    tf.slice3d(inputs, [0, k * dilationRate, 0], [batch, outputs, inputSize]),
  );
  const rows = tf.reshape(tf.concat(taps, 2), [batch * outputs, width * inputSize]) as tf.Tensor2D;
  const product = tf.matMul(rows, tf.reshape(kernel, [width * inputSize, filters]) as tf.Tensor2D);
  return tf.reshape(product, [batch, outputs, filters]);
}
