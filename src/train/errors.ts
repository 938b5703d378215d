/**
 * `fit` got a model or an optimizer that another running `fit` uses. Two fits would overwrite each other's steps, and
 * the optimizer would count the steps of both.
 */
export class BusyError extends Error {
  override readonly name = "BusyError";

  constructor(argument: "model" | "optimizer", expected: string) {
    const busy = argument === "model" ? "is training" : "trains with";
    super(`fit: ${argument}: expected ${expected}, got one that another fit ${busy}; await that one first`);
  }
}

/** The position of a step in a training. All three numbers count from 0. */
export interface StepPlace {
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
}

const LOSS_ALONE = "the loss, though data and weights are finite";

/**
 * The loss or a gradient of a step is NaN or infinite. The step changed nothing: the weights are those of the step
 * before. (`StepNotFiniteError` of unroll/compile is the same error without epoch and batch, for a loop of your own.)
 */
export class NotFiniteError extends Error {
  override readonly name = "NotFiniteError";

  /**
   * @param tensor the first tensor that is not finite: x or y, a weight by its name, "the loss", "the gradient of" a
   *   weight, or "a sum over gradients", where every gradient is finite and their sum exceeds float32
   */
  constructor(
    readonly place: StepPlace,
    readonly loss: number,
    readonly tensor: string,
  ) {
    const { step, epoch, batch } = place;
    const found = tensor === "the loss" ? LOSS_ALONE : tensor;
    super(
      `fit: the loss is ${loss} at step ${step} (epoch ${epoch}, batch ${batch}); not finite: ${found}. Nothing was moved`,
    );
  }
}
