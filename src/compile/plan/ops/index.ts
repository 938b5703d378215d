import { ELEMENTWISE } from "./elementwise";
import type { Write } from "./given";
import { GRU } from "./gru";
import { LSTM } from "./lstm";
import { MOVEMENT } from "./movement";
import { PRODUCTS } from "./products";
import { ROWS } from "./rows";

export { Given, isWord } from "./given";

/** How the operations that plans can compute are written, by TensorFlow's names. */
export const WRITES: Readonly<Record<string, Write>> = {
  ...ELEMENTWISE,
  ...MOVEMENT,
  ...PRODUCTS,
  ...ROWS,
  ...LSTM,
  ...GRU,
};
