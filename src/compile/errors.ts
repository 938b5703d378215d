/** A function that cannot become a graph, or a compiled one that was called wrongly; the message says the way out. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

/** A guarded training step whose loss or gradient is not finite. Nothing was moved. */
export class StepNotFiniteError extends Error {
  override readonly name = "NotFiniteError";

  /**
   * @param iteration the step's number, from 0
   * @param tensor the first that is not finite: a weight; where the loss is not, an argument or the loss; else a gradient
   * @param variable its place in `variables`, where it is a weight or a weight's gradient
   */
  constructor(
    readonly iteration: number,
    readonly loss: number,
    readonly tensor: string,
    readonly variable?: number,
  ) {
    super(`trainStep: step ${iteration} is not finite (loss ${loss}): first in ${tensor}. Nothing was moved`);
  }
}
