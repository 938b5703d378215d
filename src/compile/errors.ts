/**
 * A function cannot become a graph, or a compiled function was called wrongly. The message says why, and what to do
 * instead.
 */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

/** The loss or a gradient of a guarded training step is not finite. The step changed no weight and no slot. */
export class StepNotFiniteError extends Error {
  override readonly name = "StepNotFiniteError";

  /**
   * @param iteration the number of the step, from 0; the message, which people read, counts from 1
   * @param tensor names the first tensor that is not finite, searched in this order: the weights; the
   *   arguments whose numbers that are not finite make the step so; where the loss is not finite, the loss itself; the gradients
   * @param variable the index in `variables` of that weight, or of the weight whose gradient it is
   */
  constructor(
    readonly iteration: number,
    readonly loss: number,
    readonly tensor: string,
    readonly variable?: number,
  ) {
    super(`trainStep: step ${iteration + 1} is not finite (loss ${loss}): first in ${tensor}. Nothing was moved`);
  }
}
