/**
 * A model or an optimizer was given to `fit` that another `fit` is using: two would undo each other's steps, or count them
 * as their own.
 */
export class BusyError extends Error {
  override readonly name = "BusyError";

  constructor(argument: "model" | "optimizer", expected: string) {
    const busy = argument === "model" ? "is training" : "trains with";
    super(`fit: ${argument}: expected ${expected}, got one that another fit ${busy}; await that one first`);
  }
}

/** Where a step stands in a training; all count from 0. */
export interface StepPlace {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
}

const MISSED = "the loss, though data and weights are finite";

/** A step whose loss or gradient is NaN or infinite. Nothing was moved: the weights are those of the step before. */
export class NotFiniteError extends Error {
  override readonly name = "NotFiniteError";

  /** @param tensor the first that is not finite: x or y, a weight by its name, "the loss", "the gradient of" a weight */
  constructor(
    readonly place: StepPlace,
    readonly loss: number,
    readonly tensor: string,
  ) {
    const { step, epoch, batch } = place;
    const found = tensor === "the loss" ? MISSED : tensor;
    super(
      `fit: the loss is ${loss} at step ${step} (epoch ${epoch}, batch ${batch}); not finite: ${found}. Nothing was moved`,
    );
  }
}
