import type { Callback, TrainingRun } from "../callback";
import { type NotFiniteError, stepInWords } from "../errors";

/**
 * Stops a training at a step whose loss or a gradient is not finite. Without this callback `fit` throws a
 * NotFiniteError at such a step. The step changes no weight in either case.
 *
 * @example
 *   const history = await fit(model, mnist.train, {
 *     loss: crossEntropy, optimizer: new AdamOptimizer(), callbacks: [new TerminateOnNaN()],
 *   });
 *   console.log(history.stopped);
 */
export class TerminateOnNaN implements Callback {
  onNotFinite({ place, loss, tensor, example }: NotFiniteError, run: TrainingRun): void {
    run.stop(`TerminateOnNaN: the loss is ${loss} at ${stepInWords(place)}, first in ${example ?? tensor}`);
  }
}
