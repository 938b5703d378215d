import { type Checkpoint, DataError, type Json } from "../../data";
import { ArgumentError } from "../../rnn";
import type { Callback } from "../callback";
import { fromPlain } from "./plain-json";

/** The prefix of the names of callbacks' arrays in a checkpoint. No weight has a name with this prefix. */
export const ARRAY_PREFIX = "callback:";

/** The name of a callback's array in a checkpoint. */
export const arrayNameOf = (name: string, part: string): string => `${ARRAY_PREFIX}${name}/${part}`;

/**
 * The callbacks with their names: the name of the class, and a number for the second and later callbacks of a class.
 */
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
 * Gives the callbacks their state from a checkpoint. The state of a callback that this fit does not have (or that
 * takes no state) would be missing from the next checkpoint, so a warning names it.
 *
 * @returns the warnings
 * @throws DataError when a callback refuses its state
 */
export function restoreCallbacks({ path, tensors, state }: Checkpoint, callbacks: readonly Callback[]): string[] {
  const lines: string[] = [];
  const states = new Map(Object.entries((state.callbacks ?? {}) as Readonly<Record<string, Json>>));
  const arrays = arraysOf(tensors);
  for (const name of new Set([...arrays.keys(), ...states.keys()])) {
    const callback = namesOf(callbacks).find(([other]) => other === name)?.[1];
    if (callback === undefined || !(callback.setState || callback.setArrays)) lines.push(droppedWarning(path, name));
    else restore(path, name, callback, { state: states.get(name), arrays: arrays.get(name) ?? {} });
  }
  return lines;
}

const droppedWarning = (path: string, name: string) =>
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

/** The callbacks' arrays, first by the callback's name, then by their own names. */
function arraysOf(tensors: Checkpoint["tensors"]): Map<string, Checkpoint["tensors"]> {
  const byName = new Map<string, Checkpoint["tensors"]>();
  for (const [fullName, array] of Object.entries(tensors)) {
    if (!fullName.startsWith(ARRAY_PREFIX)) continue;
    const end = fullName.indexOf("/");
    const [name, part] = [fullName.slice(ARRAY_PREFIX.length, end), fullName.slice(end + 1)];
    byName.set(name, { ...byName.get(name), [part]: array });
  }
  return byName;
}
