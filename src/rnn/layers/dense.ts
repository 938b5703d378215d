import * as tf from "../../tf";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { named } from "../named";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";

export interface DenseOptions {
  /** Features of the inputs. */
  inputSize: number;
  /** Features of the outputs. */
  outputSize: number;
  /** φ. Default: none, so that the outputs are logits. */
  activation?: (x: tf.Tensor2D) => tf.Tensor2D;
  /** The kernel's initial values. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

/**
 * A fully connected layer, TensorFlow's `tf.layers.dense`.
 *
 *   y = φ(x·W + b)
 *
 * The last axis of the inputs holds the features. One product computes all time steps: `[batch, nSteps, inputSize]`
 * becomes `[batch, nSteps, outputSize]`.
 *
 * @example
 *   const cell = new BasicRNNCell({ inputSize: 28, numUnits: 150, seed: 42 });
 *   const head = new Dense({ inputSize: 150, outputSize: 10, seed: 43 });
 *   const [outputs, state] = dynamicRnn(cell, tf.randomNormal([32, 28, 28]));
 *   const logits = head.call(state); // [32, 10]
 *   const atEachStep = head.call(outputs); // [32, 28, 10]
 *
 * @throws ArgumentError when a size is not a positive whole number or an option is unknown
 */
export class Dense {
  readonly inputSize: number;
  readonly outputSize: number;
  /** `[inputSize, outputSize]` */
  readonly kernel: tf.Variable<tf.Rank.R2>;
  /** `[outputSize]`, starts at 0. */
  readonly bias: tf.Variable<tf.Rank.R1>;
  private readonly activation: ((x: tf.Tensor2D) => tf.Tensor2D) | undefined;

  constructor(options: DenseOptions) {
    checkOptions("Dense", options, ["inputSize", "outputSize", "activation", "kernelInitializer", "seed"]);
    const { inputSize, outputSize, activation, kernelInitializer = glorotUniform, seed } = options;
    if (activation !== undefined) checkFunction("Dense", "activation", activation);
    checkCount("Dense", "inputSize", inputSize);
    checkCount("Dense", "outputSize", outputSize);
    this.inputSize = inputSize;
    this.outputSize = outputSize;
    this.activation = activation;
    this.kernel = weight(() => kernelInitializer([inputSize, outputSize], seed));
    this.bias = weight(() => tf.zeros([outputSize]));
  }

  get weights(): Record<string, tf.Variable> {
    return { "dense/kernel": this.kernel, "dense/bias": this.bias };
  }

  get variables(): tf.Variable[] {
    return [this.kernel, this.bias];
  }

  /**
   * @param inputs `[…, inputSize]`
   * @returns `[…, outputSize]`
   * @throws ArgumentError that names the expected and the actual shape
   */
  call<T extends tf.Tensor2D | tf.Tensor3D>(inputs: T): T {
    const lead = (inputs?.shape ?? []).slice(0, -1);
    const words = lead.length === 2 ? ["batch", "nSteps"] : ["batch"];
    checkTensor("Dense.call", "inputs", inputs, [...words, this.inputSize]);
    return named(this, () => {
      const matrix = tf.reshape(inputs, [-1, this.inputSize]) as tf.Tensor2D;
      const product = tf.add(tf.matMul(matrix, this.kernel), this.bias) as tf.Tensor2D;
      const outputs = this.activation === undefined ? product : this.activation(product);
      const shape = [...lead, this.outputSize] as [number, number];
      return tf.reshape(outputs, shape) as T;
    });
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
