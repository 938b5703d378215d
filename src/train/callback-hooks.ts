import { ArgumentError } from "../rnn";
import type { Callback, PassRun, TrainingRun } from "./callback";
import { describe } from "./checks";
import type { Logs } from "./history";

/** Refuses callbacks that are not a list of objects. @throws ArgumentError */
export function checkCallbacks(where: string, callbacks: readonly Callback[]): void {
  if (!Array.isArray(callbacks)) throw new ArgumentError(where, "callbacks", "a list", describe(callbacks));
  const wrong = callbacks.findIndex((each) => each === null || typeof each !== "object");
  if (wrong < 0) return;
  throw new ArgumentError(where, `callbacks[${wrong}]`, "an object with hooks", describe(callbacks[wrong]));
}

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

/** The hooks of all callbacks around a pass that measures. */
export interface EvaluateHooks {
  begin(): Promise<void>;
  batchBegin(batch: number): Promise<void>;
  batchEnd(batch: number, logs: () => Logs): Promise<void>;
  end(logs: Logs): Promise<void>;
}

/** @returns undefined where no callback has such a hook, so that the pass does not wait for them */
export function evaluateHooks(callbacks: readonly Callback[], run: PassRun): EvaluateHooks | undefined {
  const listening = callbacks.filter(
    ({ onEvaluateBegin, onEvaluateBatchBegin, onEvaluateBatchEnd, onEvaluateEnd }) =>
      onEvaluateBegin ?? onEvaluateBatchBegin ?? onEvaluateBatchEnd ?? onEvaluateEnd,
  );
  if (listening.length === 0) return undefined;
  return {
    begin: () => callEach(listening, (callback) => callback.onEvaluateBegin?.(run)),
    batchBegin: (batch) => callEach(listening, (callback) => callback.onEvaluateBatchBegin?.(batch, run)),
    batchEnd: (batch, logs) => callEach(listening, (callback) => callback.onEvaluateBatchEnd?.(batch, logs(), run)),
    end: (logs) => callEach(listening, (callback) => callback.onEvaluateEnd?.(logs, run)),
  };
}
