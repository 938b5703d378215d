import { type Checkpoint, DataError, type Json } from "../../data";
import { ArgumentError } from "../../rnn";
import type { Callback } from "../callback";
import { fromPlain } from "./plain-json";

/** Before the names of callbacks' arrays in a checkpoint; no weight's name begins so. */
export const ARRAYS = "callback:";

export const placeOf = (name: string, part: string): string => `${ARRAYS}${name}/${part}`;

/** Callbacks by their classes' names, the second of a class with a 2. */
export function namesOf(callbacks: readonly Callback[]): [string, Callback][] {
  const seen = new Map<string, number>();
  return callbacks.map((callback) => {
    const name = callback.constructor?.name || "callback";
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [count === 1 ? name : `${name} ${count}`, callback];
  });
}

/**
 * Gives callbacks what a checkpoint keeps of them. What it keeps of one that is not there (or takes no state) would be
 * gone with the next checkpoint.
 *
 * @returns a line to say of each such
 * @throws DataError when a callback refuses its state
 */
export function restoreCallbacks({ path, tensors, state }: Checkpoint, callbacks: readonly Callback[]): string[] {
  const lines: string[] = [];
  const states = new Map(Object.entries((state.callbacks ?? {}) as Readonly<Record<string, Json>>));
  const arrays = arraysOf(tensors);
  for (const name of new Set([...arrays.keys(), ...states.keys()])) {
    const callback = namesOf(callbacks).find(([other]) => other === name)?.[1];
    if (callback === undefined || !(callback.setState || callback.setArrays)) lines.push(lost(path, name));
    else restore(path, name, callback, { state: states.get(name), arrays: arrays.get(name) ?? {} });
  }
  return lines;
}

const lost = (path: string, name: string) =>
  `unroll: ${path} keeps the state of the callback ${name}, which this fit does not have: it goes on without`;

function restore(
  path: string,
  name: string,
  callback: Callback,
  { state, arrays }: { state: Json | undefined; arrays: Checkpoint["tensors"] },
): void {
  try {
    if (state !== undefined) callback.setState?.(fromPlain(state));
    callback.setArrays?.(arrays);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new DataError(path, `callbacks.${name}`, error.expected, error.actual);
  }
}

/** The callbacks' arrays, by callback and by their own names. */
function arraysOf(tensors: Checkpoint["tensors"]): Map<string, Checkpoint["tensors"]> {
  const byName = new Map<string, Checkpoint["tensors"]>();
  for (const [place, array] of Object.entries(tensors)) {
    if (!place.startsWith(ARRAYS)) continue;
    const end = place.indexOf("/");
    const [name, part] = [place.slice(ARRAYS.length, end), place.slice(end + 1)];
    byName.set(name, { ...byName.get(name), [part]: array });
  }
  return byName;
}
