import type * as tf from "../../tf";
import type { RNNCell } from "../cell";
import type { State } from "../state";

/** What every wrapper passes through to the cell it holds; a subclass says what it adds. */
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

  /** Frees the weights of the cell inside too. */
  dispose(): void {
    this.cell.dispose();
  }
}
