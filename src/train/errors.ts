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

/** The position of a step in a training. All three numbers count from 0; messages, which people read, count from 1. */
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
   * @param example where the first such number stands in x or y, by indices into the data: "data.x[17][2][0] is NaN" is
   *   time step 2, feature 0 of row 17, all counted from 0. undefined where data are finite
   */
  constructor(
    readonly place: StepPlace,
    readonly loss: number,
    readonly tensor: string,
    readonly example?: string,
  ) {
    const found = tensor === "the loss" ? LOSS_ALONE : (example ?? tensor);
    super(`fit: the loss is ${loss} at ${stepInWords(place)}; not finite: ${found}. Nothing was moved`);
  }
}

/** A step as people count: "step 1 (epoch 1, batch 1)" is the first. */
export const stepInWords = ({ step, epoch, batch }: StepPlace): string =>
  `step ${step + 1} (epoch ${epoch + 1}, batch ${batch + 1})`;
