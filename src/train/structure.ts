import { ArgumentError } from "../rnn";
import { type ArgumentLocation, describe } from "./checks";

/** A value, or values by name. A record is flat: its values are no records. */
export type Structure<T> = T | Readonly<Record<string, T>>;

/** A value of a structure, with its path: "x" for a single one, "x.encoder" in a record. */
export interface Leaf<T> {
  readonly path: string;
  /** The name in the record; undefined for a single value. */
  readonly name: string | undefined;
  readonly value: T;
}

/** Whether a value is a record of values: neither an array with a shape, a list, a typed array nor an object of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !("data" in value) && !("shape" in value);
}

/**
 * The values of a structure, in the order of a record's names.
 *
 * @param root the path of the structure
 * @throws ArgumentError for a record without values, and for a name with a dot
 */
export function leavesOf<T>(location: ArgumentLocation, root: string, structure: Structure<T>): readonly Leaf<T>[] {
  if (!isRecord(structure)) return [{ path: root, name: undefined, value: structure as T }];
  const entries = Object.entries(structure as Readonly<Record<string, T>>);
  const argument = location.argument === "" ? root : `${location.argument}.${root}`;
  if (entries.length === 0) throw new ArgumentError(location.where, argument, "at least one name", "an empty record");
  return entries.map(([name, value]) => {
    if (name === "" || name.includes(".")) {
      throw new ArgumentError(location.where, argument, "names without a dot", describe(name));
    }
    return { path: `${root}.${name}`, name, value };
  });
}

/** The value of a structure at a name; the single value where there is no name. */
export function at<T>(structure: Structure<T> | undefined, name: string | undefined): T | undefined {
  if (structure === undefined) return undefined;
  if (name === undefined) return structure as T;
  return (structure as Readonly<Record<string, T>>)[name];
}

/** Puts values by path, "lengths.x.encoder", into nested records. */
export function nested<T>(byPath: Readonly<Record<string, T>>): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(byPath)) {
    const names = path.split(".");
    const last = names.pop() as string;
    let at = result;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return result;
}
