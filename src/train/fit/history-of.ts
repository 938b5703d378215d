import type { History } from "../history";

const histories = new WeakMap<object, History>();

/** Remembers the history of a training that an error ends. */
export function noteHistory(error: unknown, history: History): void {
  if (error !== null && typeof error === "object") histories.set(error, history);
}

/**
 * The history of the training that an error ended, up to its last whole epoch: an error of `fit` has no other result. The
 * weights are the model's, as after the last step.
 *
 * @example
 *   const training = fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), epochs: 10, callbacks: [new CSVLogger("runs/first.csv")],
 *   });
 *   const history = await training.catch((error) => historyOf(error)); // the disk was full, say
 *   console.log(history?.epochs.length, history?.next);
 *
 * @param error what `fit` threw
 * @returns undefined for another error, and for one that ended `fit` before its training began
 */
export const historyOf = (error: unknown): History | undefined =>
  error !== null && typeof error === "object" ? histories.get(error) : undefined;
