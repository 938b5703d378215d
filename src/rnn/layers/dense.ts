import * as tf from "../../tf";
import { checkCount, checkFunction, checkOptions, checkTensor } from "../checks";
import { glorotUniform, type Initializer } from "../weights/initializers";
import { weight } from "../weights/weights";

export interface DenseOptions {
  inputSize: number;
  outputSize: number;
  /** Applied to the result; none unless told otherwise, so that the outputs are logits. */
  activation?: (x: tf.Tensor2D) => tf.Tensor2D;
  kernelInitializer?: Initializer;
  seed?: number;
}

/**
 * A fully connected layer, y = φ(x·W + b), as TensorFlow's `tf.layers.dense`.
 *
 * The last axis of its input is the features; all axes before it are rows, so that `[batch, nSteps, inputSize]` gives
 * `[batch, nSteps, outputSize]` by one product.
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
   * @throws ArgumentError naming expected and actual shape
   */
  call<T extends tf.Tensor2D | tf.Tensor3D>(inputs: T): T {
    const lead = (inputs?.shape ?? []).slice(0, -1);
    const words = lead.length === 2 ? ["batch", "nSteps"] : ["batch"];
    checkTensor("Dense.call", "inputs", inputs, [...words, this.inputSize]);
    return tf.tidy(() => {
      const rows = tf.reshape(inputs, [-1, this.inputSize]) as tf.Tensor2D;
      const product = tf.add(tf.matMul(rows, this.kernel), this.bias) as tf.Tensor2D;
      const outputs = this.activation === undefined ? product : this.activation(product);
      const shape = [...lead, this.outputSize] as [number, number];
      return tf.reshape(outputs, shape) as T;
    });
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}
