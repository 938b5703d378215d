import type { Callback, TrainingRun } from "../callback";

/** Calls a hook of each callback, in their order, and awaits it. */
export async function callEach(
  callbacks: readonly Callback[],
  call: (callback: Callback) => void | Promise<void>,
): Promise<void> {
  for (const callback of callbacks) await call(callback);
}

/**
 * Calls `onTrainEnd` of every callback, also when one of them throws.
 *
 * @param error the error that ended the training, if one did
 * @returns the first error: `error`, or else the first that a hook threw
 */
export async function callTrainEnd(
  callbacks: readonly Callback[],
  run: TrainingRun,
  error?: unknown,
): Promise<unknown> {
  let first = error;
  for (const callback of callbacks) {
    try {
      await callback.onTrainEnd?.(run, first);
    } catch (later) {
      first ??= later;
    }
  }
  return first;
}
