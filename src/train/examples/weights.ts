import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import { checkArray } from "../check-array";
import { type ArgumentLocation, describe } from "../checks";
import type { Part, Sequence } from "./data";
import type { CheckedPart } from "./parts";
import { checkSameLengths, sequencesOf } from "./sequences";

/** What a part of y counts: a number for each example or for each of its time steps. */
export type Counts = Pick<CheckedPart, "array" | "sequences">;

/**
 * Checks the weights or the mask of a part of y.
 *
 * @param path of the weights or mask
 * @param isValid whether a value may be one
 * @throws ArgumentError for another shape than y's first axes, and for a value that is not `valid`
 */
export function checkCounts(
  location: ArgumentLocation,
  path: string,
  given: Part,
  target: CheckedPart,
  { valid, isValid }: { readonly valid: string; readonly isValid: (value: number) => boolean },
): Counts {
  const { where, argument } = location;
  const check = (part: string, { data }: NumericArray) => {
    const wrong = (data as Float32Array).findIndex((value) => !isValid(value));
    if (wrong >= 0) throw new ArgumentError(where, `${argument}.${part}[${wrong}]`, valid, `${data[wrong]}`);
  };
  if (!Array.isArray(given)) {
    const array = given as NumericArray;
    const count = target.sequences?.list.length ?? target.array?.shape[0];
    checkArray(location, path, array, count as number);
    const shape = target.array?.shape ?? [count];
    const fits = array.shape.length <= shape.length && array.shape.every((size, axis) => size === shape[axis]);
    if (!fits) {
      const expected = `a number for each example, [${count}], or for each time step of y: the first axes of [${shape}]`;
      throw new ArgumentError(where, `${argument}.${path}`, expected, `[${array.shape}]`);
    }
    check(path, array);
    return { array };
  }
  if (target.sequences === undefined) {
    throw new ArgumentError(where, `${argument}.${path}`, "an array with a shape, as y is one", describe(given));
  }
  const sequences = sequencesOf(location, path, given as readonly Sequence[], target.sequences.list.length);
  if (sequences.features.length > 0) {
    const expected = "a number for each time step, [nSteps]";
    throw new ArgumentError(where, `${argument}.${path}[0]`, expected, `[nSteps, ${sequences.features}]`);
  }
  checkSameLengths(location, path, sequences, { lengths: target.sequences.lengths, of: "y" });
  sequences.list.forEach((array, i) => {
    check(`${path}[${i}]`, array);
  });
  return { sequences };
}

/** Weights for the labels of a part of y, by class number. */
export type ClassWeights = Readonly<Record<number, number>>;

/**
 * The weights of the classes of a part's labels, 0 where a mask leaves a label out.
 *
 * @throws ArgumentError where y has no class numbers, or a label no weight
 */
export function weightsOfClasses(
  { where, argument }: ArgumentLocation,
  { path, array, sequences, lengths }: CheckedPart,
  classWeights: ClassWeights,
  mask: Counts | undefined,
): Counts {
  const weightOf = (label: number, at: string): number => {
    const weight = classWeights[label];
    if (Number.isFinite(weight)) return weight as number;
    if (weight !== undefined)
      throw new ArgumentError(where, `classWeights[${label}]`, "a finite number", describe(weight));
    const expected = `a weight for each class in ${argument}.${path}, ${label} of ${at} too`;
    throw new ArgumentError(where, "classWeights", expected, `${Object.keys(classWeights)}`);
  };
  const weigh = (
    { data, shape }: NumericArray,
    { at, kept }: { readonly at: string; readonly kept: NumericArray | undefined },
    isPadding: (position: number) => boolean = () => false,
  ): NumericArray => {
    if (!(data instanceof Int32Array)) {
      const expected = "int32 class numbers, as there are classWeights";
      throw new ArgumentError(where, `${argument}.${at}`, expected, `${data.constructor.name} [${shape}]`);
    }
    const per = data.length / (kept?.data.length ?? 1);
    const isOut = (i: number) => isPadding(i) || kept?.data[Math.floor(i / per)] === 0;
    return { data: Float32Array.from(data, (label, i) => (isOut(i) ? 0 : weightOf(label, `${at}[${i}]`))), shape };
  };
  if (sequences) {
    const list = sequences.list.map((each, i) => weigh(each, { at: `${path}[${i}]`, kept: mask && rowOf(mask, i) }));
    return { sequences: { ...sequences, list } };
  }
  const given = array as NumericArray;
  const nSteps = given.shape[1] ?? 1;
  const isPadding = (i: number) => lengths !== undefined && i % nSteps >= (lengths[Math.floor(i / nSteps)] as number);
  return { array: weigh(given, { at: path, kept: mask?.array }, isPadding) };
}

/** The products of two weights of one part, of which the first may have one for each example only. */
export function product(a: Counts, b: Counts): Counts {
  if (b.sequences) {
    const { list } = b.sequences;
    return { sequences: { ...b.sequences, list: list.map((each, i) => times(rowOf(a, i), each)) } };
  }
  return { array: times(a.array as NumericArray, b.array as NumericArray) };
}

/** The weight of an example, or of each of its time steps. */
export const rowOf = ({ array, sequences }: Counts, i: number): NumericArray =>
  sequences?.list[i] ?? { data: (array as NumericArray).data.subarray(i, i + 1), shape: [1] };

/** @param a has the first axes of b */
function times(a: NumericArray, b: NumericArray): NumericArray {
  const per = b.data.length / a.data.length;
  const data = Float32Array.from(b.data, (value, i) => value * (a.data[Math.floor(i / per)] as number));
  return { data, shape: b.shape };
}
