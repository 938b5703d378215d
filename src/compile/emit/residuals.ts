import * as tf from "../../tf";
import type { Signature } from "../ir/trace";
import type { GraphWriter, Ref } from "./graph-writer";
import { readElement, type TensorArray } from "./tensor-array";
import type { LoopBody } from "./while-loop";

/** Where a value that one loop leaves for another stands in the elements of a list. */
export interface Residual {
  readonly list: TensorArray;
  /** How many values lie side by side in an element. */
  readonly count: number;
  /** Which of them this is. */
  readonly index: number;
}

/** What a round of one loop leaves for another, spread over lists. */
export interface ResidualLists {
  /** What an element of each list is. */
  readonly elements: readonly Signature[];
  /** The lists' elements, made of a round's values. */
  join(writer: GraphWriter, values: readonly Ref[]): Ref[];
  /** Where each value then stands. */
  places(lists: readonly TensorArray[]): Residual[];
}

/** Up to so many numbers, to copy a value is faster than to carry one more list through a loop. */
const SMALL = 4096;

/**
 * Spreads values over lists: small ones of one shape and type lie in one element side by side, others alone. A list costs
 * four operations a round there and one a round back; a GRU leaves four values a time step. Those of a list are kept
 * as long as one of them is read.
 */
export function packResiduals(values: readonly Signature[]): ResidualLists {
  const groups = groupsOf(values);
  const kindOf = ([first]: readonly number[]) => values[first as number] as Signature;
  return {
    elements: groups.map((group): Signature => {
      const { shape, dtype } = kindOf(group);
      return { shape: group.length === 1 ? shape : [group.length, ...shape], dtype };
    }),
    join: (writer, refs) =>
      groups.map((group) => {
        const members = group.map((i) => refs[i] as Ref);
        return members.length === 1 ? (members[0] as Ref) : writer.pack(members, kindOf(group).dtype);
      }),
    places: (lists) => {
      const places: Residual[] = new Array(values.length);
      for (const [which, group] of groups.entries()) {
        const list = lists[which] as TensorArray;
        for (const [index, i] of group.entries()) places[i] = { list, count: group.length, index };
      }
      return places;
    },
  };
}

/** The numbers of the values that share a list. */
function groupsOf(values: readonly Signature[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [i, { shape, dtype }] of values.entries()) {
    const kind = tf.util.sizeFromShape([...shape]) <= SMALL ? `${dtype} ${shape}` : `alone ${i}`;
    groups.set(kind, [...(groups.get(kind) ?? []), i]);
  }
  return [...groups.values()];
}

/** Reads in a round of one loop what another left; each element once, since its list then frees it. */
export function readerOf(writer: GraphWriter, inside: LoopBody, index: Ref) {
  const found = new Map<TensorArray, readonly Ref[]>();
  const read = (list: TensorArray, count: number): readonly Ref[] => {
    const element = readElement(writer, list, inside, index);
    return count === 1 ? [element] : writer.unpack(element, count, list.element.dtype);
  };
  return ({ list, count, index }: Residual): Ref => {
    const values = found.get(list) ?? read(list, count);
    found.set(list, values);
    return values[index] as Ref;
  };
}
