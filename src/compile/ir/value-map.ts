import type { Op, Value } from "./trace";

/** A map whose keys are values of a trace. Two `Value` objects are the same key if they name the same input or output. */
export class ValueMap<T> {
  private readonly known = new Map<Op | undefined, Map<number, T>>();

  get(key: Value): T | undefined {
    const [op, index] = keyOf(key);
    return this.known.get(op)?.get(index);
  }

  set(key: Value, entry: T): void {
    const [op, index] = keyOf(key);
    if (!this.known.has(op)) this.known.set(op, new Map());
    this.known.get(op)?.set(index, entry);
  }

  /** The entry of a key, made at the first call for it. */
  once(key: Value, make: (key: Value) => T): T {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    this.set(key, made);
    return made;
  }
}

const keyOf = (value: Value): [Op | undefined, number] =>
  "op" in value ? [value.op, value.output] : [undefined, value.input];
