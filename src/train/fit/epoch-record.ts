import { ArgumentError } from "../../rnn";
import type { Callback, TrainingRun } from "../callback";
import { checkOneOf, describe } from "../checks";
import type { Direction } from "../direction";
import type { EpochLogs, EpochRecord } from "../history";
import type { EpochMeasurements } from "./epoch-measurements";

type Measured = Pick<EpochMeasurements, "names" | "directions">;

/** The names that callbacks add to an epoch's record, in their order. */
const addedNames = (callbacks: readonly Callback[]): string[] =>
  callbacks.flatMap(({ adds = {} }) => Object.keys(adds));

/** The names in an epoch's record, in their order; at the end those that callbacks add. */
export const namesOf = (losses: readonly string[], { names }: Measured, callbacks: readonly Callback[]): string[] => [
  ...["epoch", ...losses, ...names, "learningRate", "seconds"],
  ...addedNames(callbacks),
];

/** The directions that are known: those of losses, and what metrics and callbacks say. */
export function directionsOf(
  losses: readonly string[],
  { directions }: Measured,
  callbacks: readonly Callback[],
): Readonly<Record<string, Direction>> {
  const added = callbacks.flatMap(({ adds = {} }) =>
    Object.entries(adds).flatMap(([name, direction]) => (direction === "none" ? [] : [[name, direction] as const])),
  );
  const ofLosses = losses.map((name) => [name, "min"] as const);
  return { ...Object.fromEntries(ofLosses), ...directions, ...Object.fromEntries(added) };
}

/**
 * Refuses values that callbacks would add under the name of another value.
 *
 * @param names of `namesOf`
 * @throws ArgumentError
 */
export function checkAdded(callbacks: readonly Callback[], names: readonly string[]): void {
  const taken = names.slice(0, names.length - addedNames(callbacks).length);
  for (const [position, { adds = {} }] of callbacks.entries()) {
    for (const [name, direction] of Object.entries(adds)) {
      const argument = `callbacks[${position}].adds`;
      checkOneOf("fit", `${argument}.${name}`, direction, ["min", "max", "none"]);
      if (taken.includes(name)) {
        throw new ArgumentError("fit", argument, `a name that is not taken (${taken.join(", ")})`, name);
      }
      taken.push(name);
    }
  }
}

/**
 * Calls `onEpochEnd` of each callback, and checks what it did with the record.
 *
 * @throws ArgumentError when a callback changed a value, or added one that is no number or that its `adds` lacks
 */
export async function callEpochEnd(callbacks: readonly Callback[], record: EpochRecord, run: TrainingRun) {
  const logs: EpochLogs = record;
  let before: EpochRecord = { ...record };
  for (const callback of callbacks) {
    await callback.onEpochEnd?.(record.epoch, logs, run);
    checkRecord(callback, before, record);
    before = { ...record };
  }
}

function checkRecord(callback: Callback, before: EpochRecord, after: EpochRecord): void {
  const where = `${callback.constructor?.name || "callback"}.onEpochEnd`;
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value: unknown = after[name];
    if (Object.hasOwn(before, name)) {
      if (Object.is(before[name], value)) continue;
      throw new ArgumentError(where, `logs.${name}`, `${before[name]}, as it was measured`, describe(value));
    }
    if (!Object.hasOwn(callback.adds ?? {}, name)) {
      const expected = `a name that the callback declares, adds: { ${name}: "min", "max" or "none" }`;
      throw new ArgumentError(where, `logs.${name}`, expected, "another");
    }
    if (typeof value !== "number") throw new ArgumentError(where, `logs.${name}`, "a number", describe(value));
  }
}
