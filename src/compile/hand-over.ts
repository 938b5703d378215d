import type { GraphWriter, Ref } from "./graph";
import type { LoopBody } from "./loop";
import { intAttr, typeAttr } from "./messages";
import { readElement, type TensorArray } from "./tensor-array";
import type { Signature } from "./trace";

/** Where a value that one loop leaves for another stands: in a list's elements, alone or side by side with others. */
export interface HandedOver {
  readonly list: TensorArray;
  /** How many values an element holds, and which of them this is. */
  readonly rows: number;
  readonly row: number;
}

/** Up to so many numbers, to copy a value is faster than to carry one more list through a loop. */
const SMALL = 4096;

/**
 * What a round of one loop leaves for another, list by list: small values of one shape and type lie in one element side by
 * side, others alone. A list costs a round five operations, and a chunk of 40 time steps leaves some 200 small values.
 *
 * @returns `elements`, the lists'; `join`, which makes them of a round's values; `places`, where the values then stand
 */
export function sideBySide(values: readonly Signature[]) {
  const groups = groupsOf(values);
  const kindOf = ([first]: readonly number[]) => values[first as number] as Signature;
  return {
    elements: groups.map((group): Signature => {
      const { shape, dtype } = kindOf(group);
      return { shape: group.length === 1 ? shape : [group.length, ...shape], dtype };
    }),
    join: (writer: GraphWriter, refs: readonly Ref[]): Ref[] =>
      groups.map((group) => {
        const members = group.map((i) => refs[i] as Ref);
        return members.length === 1 ? (members[0] as Ref) : writer.pack(members, kindOf(group).dtype);
      }),
    places: (lists: readonly TensorArray[]): HandedOver[] => {
      const places: HandedOver[] = new Array(values.length);
      for (const [which, group] of groups.entries()) {
        const list = lists[which] as TensorArray;
        for (const [row, i] of group.entries()) places[i] = { list, rows: group.length, row };
      }
      return places;
    },
  };
}

/** The numbers of the values that share a list. */
function groupsOf(values: readonly Signature[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [i, { shape, dtype }] of values.entries()) {
    const isSmall = shape.reduce((size, length) => size * length, 1) <= SMALL;
    const kind = isSmall ? `${dtype} ${shape}` : `alone ${i}`;
    groups.set(kind, [...(groups.get(kind) ?? []), i]);
  }
  return [...groups.values()];
}

/** Reads in a round of one loop what another left; each element once, since its list then frees it. */
export function readerOf(writer: GraphWriter, inside: LoopBody, index: Ref) {
  const found = new Map<TensorArray, Ref>();
  const read = (list: TensorArray, rows: number): Ref => {
    const element = readElement(writer, list, inside, index);
    const attributes = { T: typeAttr(list.element.dtype), num: intAttr(rows), axis: intAttr(0) };
    return rows === 1 ? element : writer.node("Unpack", [element], attributes);
  };
  return ({ list, rows, row }: HandedOver): Ref => {
    const element = found.get(list) ?? read(list, rows);
    found.set(list, element);
    return row === 0 ? element : `${element}:${row}`;
  };
}
