/** A model was given to `fit` that another `fit` is training: two would undo each other's steps. */
export class BusyError extends Error {
  override readonly name = "BusyError";

  constructor() {
    super("fit: model: expected one that nothing trains, got one that another fit is training; await that one first");
  }
}

/** Where a step stands in a training; all count from 0. */
export interface StepPlace {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
}

const FINITE = "data and weights are finite (compiled, a label outside the classes makes it so)";

/** The loss is NaN or infinite. `tensor` is the first that is not finite, where one was found: data first, then weights. */
export class NotFiniteError extends Error {
  override readonly name = "NotFiniteError";

  constructor(
    readonly place: StepPlace,
    readonly loss: number,
    readonly tensor: string | undefined,
  ) {
    const { step, epoch, batch } = place;
    const found = tensor === undefined ? FINITE : `not finite: ${tensor}`;
    super(`fit: the loss is ${loss} at step ${step} (epoch ${epoch}, batch ${batch}); ${found}`);
  }
}
