import type { Callback, TrainingRun } from "../callback";
import type { NotFiniteError } from "../errors";

/** Ends a training at a step that is not finite, and was not done, instead of the error that fit throws then. */
export class TerminateOnNaN implements Callback {
  onNotFinite({ place, loss, tensor }: NotFiniteError, run: TrainingRun): void {
    const { step, epoch, batch } = place;
    run.stop(
      `TerminateOnNaN: the loss is ${loss} at step ${step} (epoch ${epoch}, batch ${batch}), first in ${tensor}`,
    );
  }
}
