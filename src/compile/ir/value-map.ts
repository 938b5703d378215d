import type { Op, Value } from "./trace";

/** Something of values, by where they come from. */
export class ValueMap<T> {
  private readonly known = new Map<Op | undefined, Map<number, T>>();

  get(origin: Value): T | undefined {
    const [op, place] = "op" in origin ? [origin.op, origin.output] : [undefined, origin.input];
    return this.known.get(op)?.get(place);
  }

  set(origin: Value, value: T): void {
    const [op, place] = "op" in origin ? [origin.op, origin.output] : [undefined, origin.input];
    if (!this.known.has(op)) this.known.set(op, new Map());
    this.known.get(op)?.set(place, value);
  }

  once(origin: Value, make: (origin: Value) => T): T {
    const known = this.get(origin);
    if (known !== undefined) return known;
    const made = make(origin);
    this.set(origin, made);
    return made;
  }
}
