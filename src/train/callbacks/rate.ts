import type { Optimizer } from "../../rnn";

/** An optimizer's learning rate as it is now, by its schedule where it has one. */
export const rateOf = ({ learningRate, step }: Optimizer): number =>
  typeof learningRate === "function" ? learningRate(step) : learningRate;
