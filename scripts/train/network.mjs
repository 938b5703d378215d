/** The recurrent part that all models share: a cell, or several one above the other. */
import { BasicLSTMCell, BasicRNNCell, GRUCell, MultiRNNCell } from "../../dist/rnn/index.js";

const CELLS = { rnn: BasicRNNCell, lstm: BasicLSTMCell, gru: GRUCell };

/** @param options more for each cell, an activation say */
export function stack({ cell, units, layers, seed }, inputSize, options = {}) {
  const cells = Array.from({ length: layers }, (_, layer) => {
    const sizes = { inputSize: layer === 0 ? inputSize : units, numUnits: units };
    return new CELLS[cell]({ ...sizes, ...options, seed: seed + layer });
  });
  return layers === 1 ? cells[0] : new MultiRNNCell(cells);
}

/** The seed of what comes after the cells. */
export const headSeed = ({ seed, layers }) => seed + layers;
