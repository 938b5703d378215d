import * as tf from "../../tf";
import type { RNNCell, RunOverTime } from "../cell";
import { ArgumentError } from "../errors";
import { foldIn, type RandomKey } from "../random-key";
import type { State } from "../state";
import { tidy } from "../tidy";
import { CellWrapper } from "./wrapper";

/**
 * Adds a cell's inputs to its outputs (He et al. 2015, arXiv:1512.03385): TensorFlow 1.x's `ResidualWrapper`.
 *
 *   y = x + cell(x)
 *
 * @example
 *   const cell = new ResidualWrapper(new GRUCell({ inputSize: 4, numUnits: 4, seed: 42 }));
 *   const [outputs, state] = dynamicRnn(cell, tf.randomNormal([2, 5, 4])); // [2, 5, 4] and [2, 4]
 *
 * @throws ArgumentError when the cell's input and output sizes differ
 */
export class ResidualWrapper<S extends State> extends CellWrapper<S> {
  constructor(cell: RNNCell<S>) {
    super(cell);
    if (cell.inputSize !== cell.outputSize) {
      const expected = `a cell whose output size is its input size, ${cell.inputSize}`;
      throw new ArgumentError("ResidualWrapper", "cell", expected, `output size ${cell.outputSize}`);
    }
  }

  call(inputs: tf.Tensor2D, state: S, key?: RandomKey): [tf.Tensor2D, S] {
    return tidy(() => {
      const [output, next] = this.cell.call(inputs, state, foldIn(key, 0));
      return [tf.add(inputs, output), next];
    });
  }

  overTime(run: RunOverTime, inputs: tf.Tensor3D, state: S): [tf.Tensor3D, S] {
    const [outputs, next] = run(this.cell, inputs, state, 0);
    return [tf.add(inputs, outputs), next];
  }
}
