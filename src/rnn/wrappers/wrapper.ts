import type * as tf from "../../tf";
import type { RNNCell } from "../cell";
import type { State } from "../state";

/** The base class of wrappers. It passes every member on to the cell inside; a subclass overrides what it changes. */
export abstract class CellWrapper<S extends State> implements RNNCell<S> {
  constructor(readonly cell: RNNCell<S>) {}

  get inputSize(): number {
    return this.cell.inputSize;
  }

  get outputSize(): number {
    return this.cell.outputSize;
  }

  get inputDtype(): "int32" | undefined {
    return this.cell.inputDtype;
  }

  get variables(): tf.Variable[] {
    return this.cell.variables;
  }

  get weights(): Readonly<Record<string, tf.Variable>> | undefined {
    return this.cell.weights;
  }

  zeroState(batchSize: number): S {
    return this.cell.zeroState(batchSize);
  }

  abstract call(inputs: tf.Tensor2D, state: S, ...rest: unknown[]): [tf.Tensor2D, S];

  /** Frees the weights, those of the cell inside included. */
  dispose(): void {
    this.cell.dispose();
  }
}
