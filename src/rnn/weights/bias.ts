import * as tf from "../../tf";
import { ArgumentError } from "../errors";

type Bias = tf.Variable<tf.Rank.R1>;

/** Returns the bias of a cell. @throws ArgumentError when the cell was made with `useBias: false` */
export function existing(cell: object, name: string, bias: Bias | undefined): Bias {
  if (bias !== undefined) return bias;
  throw new ArgumentError(cell.constructor.name, name, "a cell with a bias", "one with useBias: false");
}

/** A bias, or the zeros that stand for it in a cell without one. */
export const orZeros = (bias: Bias | undefined, size: number): tf.Tensor1D => bias ?? tf.zeros([size]);
