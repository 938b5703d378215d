import * as tf from "../../tf";
import type { Signature } from "../ir/trace";
import type { GraphWriter, Ref } from "./graph-writer";
import { readElement, type TensorArray } from "./tensor-array";
import type { LoopContext } from "./while-loop";

/** A residual: a value of each iteration of the forward loop that the backward loop reads. Where it is stored. */
export interface Residual {
  readonly array: TensorArray;
  /** How many residuals each element of the array holds. */
  readonly count: number;
  /** Which of them this one is. */
  readonly index: number;
}

/** The TensorArrays that store the residuals of a loop. */
export interface ResidualArrays {
  /** The shape and type of each array's elements. */
  readonly elements: readonly Signature[];
  /** Inside the forward loop: packs an iteration's residuals into one element for each array. */
  pack(writer: GraphWriter, values: readonly Ref[]): Ref[];
  /** Where each residual is stored, in the arrays that were made for `elements`. */
  locate(arrays: readonly TensorArray[]): Residual[];
}

/** Up to this many numbers, a copy of a residual is faster than one more TensorArray. */
const SMALL = 4096;

/**
 * Assigns residuals to TensorArrays: small ones of one shape and type share an array, packed into one element, and each
 * other one has an array of its own. A TensorArray costs four ops per forward iteration and one per backward iteration,
 * and a GRU has four residuals a time step. The residuals of one element live as long as any of them is read.
 */
export function residualArrays(residuals: readonly Signature[]): ResidualArrays {
  const groups = groupBySignature(residuals);
  const signatureOf = ([first]: readonly number[]) => residuals[first as number] as Signature;
  return {
    elements: groups.map((group): Signature => {
      const { shape, dtype } = signatureOf(group);
      return { shape: group.length === 1 ? shape : [group.length, ...shape], dtype };
    }),
    pack: (writer, values) =>
      groups.map((group) => {
        const members = group.map((i) => values[i] as Ref);
        return members.length === 1 ? (members[0] as Ref) : writer.pack(members, signatureOf(group).dtype);
      }),
    locate: (arrays) => {
      const located: Residual[] = new Array(residuals.length);
      for (const [which, group] of groups.entries()) {
        const array = arrays[which] as TensorArray;
        for (const [index, i] of group.entries()) located[i] = { array, count: group.length, index };
      }
      return located;
    },
  };
}

/** Which residuals share an array, by index. */
function groupBySignature(residuals: readonly Signature[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [i, { shape, dtype }] of residuals.entries()) {
    const key = tf.util.sizeFromShape([...shape]) <= SMALL ? `${dtype} ${shape}` : `alone ${i}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  return [...groups.values()];
}

/**
 * Inside the backward loop: reads residuals. Each element is read once, because its array frees it then.
 *
 * @param index of the forward loop's iteration whose residuals are read
 */
export function residualReader(writer: GraphWriter, loop: LoopContext, index: Ref): (residual: Residual) => Ref {
  const unpacked = new Map<TensorArray, readonly Ref[]>();
  const read = (array: TensorArray, count: number): readonly Ref[] => {
    const element = readElement(writer, array, loop, index);
    return count === 1 ? [element] : writer.unpack(element, count, array.element.dtype);
  };
  return ({ array, count, index }) => {
    const values = unpacked.get(array) ?? read(array, count);
    unpacked.set(array, values);
    return values[index] as Ref;
  };
}
