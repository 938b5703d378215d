import type * as tf from "../../tf";
import type { AnyCell, OpenSteps, RNNCell, RunOverTime, StackState } from "../cell";
import { openStepsOf } from "../cells/steps/open-steps";
import { checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";
import { named } from "../named";
import { foldIn, type RandomKey } from "../random-key";
import { checkState, type State } from "../state";
import { scoped } from "../weights/weights";

/**
 * Stacks cells: the output of each cell is the input of the next one. The state is the list of the cells' states.
 * TensorFlow 1.x's `MultiRNNCell`. An unroller runs it layer by layer, so that each layer computes its input product
 * for all time steps at once.
 *
 * @example
 *   const layers = [3, 4, 4].map((inputSize, i) => new GRUCell({ inputSize, numUnits: 4, seed: 42 + i }));
 *   const cell = new MultiRNNCell(layers);
 *   const [outputs, states] = dynamicRnn(cell, tf.randomNormal([2, 5, 3])); // [2, 5, 4], and three states [2, 4]
 *
 * @throws ArgumentError when the list is empty, a cell stands in it twice, or a cell's input size is not the output
 *   size of the cell below
 */
export class MultiRNNCell<const Cells extends readonly AnyCell[] = readonly AnyCell[]>
  implements RNNCell<StackState<Cells>>
{
  readonly inputSize: number;
  readonly outputSize: number;
  readonly inputDtype?: "int32";

  constructor(readonly cells: Cells) {
    if (!Array.isArray(cells)) throw new ArgumentError("MultiRNNCell", "cells", "a list of cells", describe(cells));
    const [first, last] = [cells[0], cells.at(-1)];
    if (first === undefined || last === undefined) {
      throw new ArgumentError("MultiRNNCell", "cells", "at least one cell", "an empty list");
    }
    cells.slice(1).forEach((cell, below) => {
      const expected = (cells[below] as RNNCell).outputSize;
      if (cell.inputSize === expected) return;
      const what = `cells[${below + 1}].inputSize`;
      throw new ArgumentError("MultiRNNCell", what, `${expected}, the output size below`, `${cell.inputSize}`);
    });
    const variables = cells.flatMap((cell) => cell.variables);
    if (new Set(cells).size < cells.length || new Set(variables).size < variables.length) {
      throw new ArgumentError("MultiRNNCell", "cells", "a cell of its own for each layer", "one cell twice");
    }
    this.inputSize = first.inputSize;
    this.outputSize = last.outputSize;
    if (first.inputDtype !== undefined) this.inputDtype = first.inputDtype;
  }

  get weights(): Record<string, tf.Variable> {
    return Object.assign({}, ...this.cells.map((cell, i) => scoped(`multi_rnn_cell/cell_${i}`, cell)));
  }

  get variables(): tf.Variable[] {
    return this.cells.flatMap((cell) => cell.variables);
  }

  zeroState(batchSize: number): StackState<Cells> {
    return this.cells.map((cell) => cell.zeroState(batchSize)) as unknown as StackState<Cells>;
  }

  call(inputs: tf.Tensor2D, state: StackState<Cells>, key?: RandomKey): [tf.Tensor2D, StackState<Cells>] {
    return named(this, () => {
      checkTensor("MultiRNNCell.call", "inputs", inputs, ["batch", this.inputSize], this.inputDtype);
      checkState("MultiRNNCell.call", "state", state, this.zeroState(inputs.shape[0]));
      return this.climb(inputs, state, (cell, x, s, i) => cell.call(x, s, foldIn(key, i)));
    });
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: StackState<Cells>): [tf.Tensor3D, StackState<Cells>] {
    return this.climb(inputs, state, run);
  }

  openSteps(): OpenSteps<StackState<Cells>> {
    const opened = this.cells.map((cell: RNNCell) => openStepsOf(cell));
    return {
      step: (inputs, state, key) =>
        this.climb(inputs, state, (_, x, s, i) => (opened[i] as OpenSteps).step(x, s, foldIn(key, i))),
    };
  }

  /** Runs the layers from the lowest to the highest. Each layer's output is the input of the next layer. */
  private climb<X>(
    inputs: X,
    state: StackState<Cells>,
    layer: (cell: RNNCell, x: X, state: State, index: number) => [X, State],
  ): [X, StackState<Cells>] {
    let x = inputs;
    const next = this.cells.map((cell, i) => {
      const [output, after] = layer(cell, x, (state as readonly State[])[i] as State, i);
      x = output;
      return after;
    });
    return [x, next as unknown as StackState<Cells>];
  }

  dispose(): void {
    for (const cell of this.cells) cell.dispose();
  }
}
