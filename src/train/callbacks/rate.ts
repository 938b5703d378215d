import type { Optimizer } from "../../rnn";

/** The current learning rate of an optimizer; if the rate is a schedule, its value at the current step. */
export const rateOf = ({ learningRate, step }: Optimizer): number =>
  typeof learningRate === "function" ? learningRate(step) : learningRate;
