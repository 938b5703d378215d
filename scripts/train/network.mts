/** The recurrent part that all models share: a cell, or several one above the other. */
import { type Activation, BasicLSTMCell, BasicRNNCell, GRUCell, MultiRNNCell, type RNNCell } from "unroll/rnn";
import type { Settings } from "./config.mts";

const CELLS = { rnn: BasicRNNCell, lstm: BasicLSTMCell, gru: GRUCell };

/** @param options further options of each cell */
export function stack(
  { cell, units, layers, seed }: Pick<Settings, "cell" | "units" | "layers" | "seed">,
  inputSize: number,
  options: { readonly activation?: Activation } = {},
): RNNCell {
  const cells: RNNCell[] = Array.from({ length: layers }, (_, layer) => {
    const sizes = { inputSize: layer === 0 ? inputSize : units, numUnits: units };
    return new CELLS[cell]({ ...sizes, ...options, seed: seed + layer });
  });
  const [first] = cells;
  return first !== undefined && layers === 1 ? first : new MultiRNNCell(cells);
}

/** The seed of what comes after the cells. */
export const headSeed = ({ seed, layers }: Pick<Settings, "seed" | "layers">): number => seed + layers;
