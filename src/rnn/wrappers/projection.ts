import type * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { checkTensor } from "../checks";
import { Dense } from "../layers/dense";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";
import type { Initializer } from "../weights/initializers";
import { scoped } from "../weights/weights";
import { CellWrapper } from "./wrapper";

export interface ProjectionOptions {
  activation?: (x: tf.Tensor2D) => tf.Tensor2D;
  kernelInitializer?: Initializer;
  seed?: number;
}

/** A cell and a dense layer before or after it, the same at every time step. */
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
 * A dense layer on top of a cell's output at every time step: y = φ(cell(x)·W + b). Over time it is one product for all
 * time steps, which is the book's reshape trick too.
 */
export class OutputProjectionWrapper<S extends State> extends ProjectionWrapper<S> {
  protected readonly scope = "output_projection_wrapper";

  /** @throws ArgumentError when `outputSize` is not a positive whole number */
  constructor(cell: RNNCell<S>, outputSize: number, options: ProjectionOptions = {}) {
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

/** A dense layer below a cell, on its input at every time step: cell(φ(x·W + b)). */
export class InputProjectionWrapper<S extends State> extends ProjectionWrapper<S> {
  protected readonly scope = "input_projection_wrapper";

  /**
   * @param inputSize features of the wrapper's input; the cell's input size is what they are projected to
   * @throws ArgumentError when `inputSize` is not a positive whole number
   */
  constructor(cell: RNNCell<S>, inputSize: number, options: ProjectionOptions = {}) {
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
