import type * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { checkOptions, checkTensor } from "../checks";
import { Dense } from "../layers/dense";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";
import type { Initializer } from "../weights/initializers";
import { scoped } from "../weights/weights";
import { CellWrapper } from "./wrapper";

export interface ProjectionOptions {
  /** φ. Default: none. */
  activation?: (x: tf.Tensor2D) => tf.Tensor2D;
  /** The initial values of W. Default: Glorot uniform. */
  kernelInitializer?: Initializer;
  /** Fixes the initial weights. Default: other weights at every construction. */
  seed?: number;
}

const OPTIONS = ["activation", "kernelInitializer", "seed"];

/**
 * The base class of the projections: a cell, and a dense layer below or above it with the same weights at every time
 * step.
 */
abstract class ProjectionWrapper<S extends State> extends CellWrapper<S> {
  protected abstract readonly scope: string;

  constructor(
    cell: RNNCell<S>,
    readonly projection: Dense,
  ) {
    super(cell);
  }

  override get weights(): Record<string, tf.Variable> {
    const { kernel, bias } = this.projection;
    return { ...scoped(this.scope, this.cell), [`${this.scope}/kernel`]: kernel, [`${this.scope}/bias`]: bias };
  }

  override get variables(): tf.Variable[] {
    return [...this.cell.variables, ...this.projection.variables];
  }

  override dispose(): void {
    super.dispose();
    this.projection.dispose();
  }
}

/**
 * Puts a dense layer above a cell, on its output at every time step: TensorFlow 1.x's `OutputProjectionWrapper`.
 *
 *   y = φ(cell(x)·W + b)
 *
 * An unroller computes the layer for all time steps with one product, as the book's reshape trick does.
 *
 * @example
 *   const inner = new BasicRNNCell({ inputSize: 1, numUnits: 100, activation: tf.relu, seed: 42 });
 *   const cell = new OutputProjectionWrapper(inner, 1, { seed: 43 });
 *   const [outputs] = dynamicRnn(cell, tf.randomNormal([50, 20, 1])); // [50, 20, 1]
 */
export class OutputProjectionWrapper<S extends State> extends ProjectionWrapper<S> {
  protected readonly scope = "output_projection_wrapper";

  /** @throws ArgumentError when `outputSize` is not a positive whole number */
  constructor(cell: RNNCell<S>, outputSize: number, options: ProjectionOptions = {}) {
    checkOptions("OutputProjectionWrapper", options, OPTIONS);
    super(cell, new Dense({ inputSize: cell.outputSize, outputSize, ...options }));
  }

  override get outputSize(): number {
    return this.projection.outputSize;
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    return tidy(() => {
      const [output, next] = this.cell.call(inputs, state, foldIn(key, 0));
      return [this.projection.call(output), next];
    });
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    const [outputs, next] = run(this.cell, inputs, state, 0);
    return [this.projection.call(outputs), next];
  }
}

/**
 * Puts a dense layer below a cell, on its input at every time step: TensorFlow 1.x's `InputProjectionWrapper`.
 *
 *   y = cell(φ(x·W + b))
 *
 * @example
 *   const inner = new GRUCell({ inputSize: 8, numUnits: 8, seed: 42 });
 *   const cell = new InputProjectionWrapper(inner, 3, { seed: 43 }); // from 3 features to the cell's 8
 *   const [outputs] = dynamicRnn(cell, tf.randomNormal([2, 5, 3])); // [2, 5, 8]
 */
export class InputProjectionWrapper<S extends State> extends ProjectionWrapper<S> {
  protected readonly scope = "input_projection_wrapper";

  /**
   * @param inputSize features of the wrapper's input. The layer projects them to the cell's input size
   * @throws ArgumentError when `inputSize` is not a positive whole number
   */
  constructor(cell: RNNCell<S>, inputSize: number, options: ProjectionOptions = {}) {
    checkOptions("InputProjectionWrapper", options, OPTIONS);
    super(cell, new Dense({ inputSize, outputSize: cell.inputSize, ...options }));
  }

  override get inputSize(): number {
    return this.projection.inputSize;
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    checkTensor("InputProjectionWrapper.call", "inputs", inputs, ["batch", this.inputSize]);
    return tidy(() => this.cell.call(this.projection.call(inputs), state, foldIn(key, 0)));
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    return run(this.cell, this.projection.call(inputs), state, 0);
  }
}
