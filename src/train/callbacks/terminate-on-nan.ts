import type { Callback, TrainingRun } from "../callback";
import type { Logs } from "../history";

/** Ends a training whose loss is not finite, instead of the error that fit throws then. */
export class TerminateOnNaN implements Callback {
  onBatchEnd(batch: number, { loss }: Logs, run: TrainingRun): void {
    if (Number.isFinite(loss)) return;
    const { epoch } = run.history.next;
    run.stop(`TerminateOnNaN: the loss is ${loss} at step ${run.step - 1} (epoch ${epoch}, batch ${batch})`);
  }
}
