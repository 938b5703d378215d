import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";

/** The names that a callback adds to an epoch's record. */
const addedBy = ({ adds = {} }: Callback): string[] => Object.keys(adds);

/** What the callbacks after this one add, which it cannot see in `onEpochEnd`. */
function addedAfter({ callbacks }: TrainingRun, owner: Callback): string[] {
  const position = callbacks.indexOf(owner);
  return position < 0 ? [] : callbacks.slice(position + 1).flatMap(addedBy);
}

/** The names that a record has when it comes to this callback. */
export function measuresBefore(run: TrainingRun, owner: Callback): string[] {
  const later = addedAfter(run, owner);
  return run.measures.filter((name) => !later.includes(name));
}

/**
 * Refuses a place in the list before a callback that adds values, for a callback that writes all values down: it would
 * leave these out. @throws ArgumentError
 */
export function checkSeesAll(where: string, run: TrainingRun, owner: Callback): void {
  const [missed] = addedAfter(run, owner);
  if (missed === undefined) return;
  const expected = `this callback to stand after the one that adds ${missed}`;
  throw new ArgumentError(where, "callbacks", expected, "it before that one");
}
