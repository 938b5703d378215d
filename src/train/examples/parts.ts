import { plain } from "../../arguments";
import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import { checkArray, checkLengths } from "../check-array";
import { type ArgumentLocation, describe } from "../checks";
import { isRecord, type Leaf, leavesOf, type Structure } from "../structure";
import type { Lengths, Part, Sequence } from "./data";
import { type Sequences, sequencesOf } from "./sequences";

/** A part that was checked: an array, or sequences; and its numbers of live time steps. */
export interface CheckedPart extends Omit<Leaf<Part>, "value"> {
  readonly array?: NumericArray;
  readonly sequences?: Sequences;
  /** Of each example; undefined where all time steps are live. */
  readonly lengths?: Int32Array;
}

/**
 * Names, in small letters without "_", that stand for a part elsewhere; they would be ignored without a word. (Data may
 * have further names, such as those that a loader adds.)
 */
const MISNAMED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["sampleweight", "weights", "weight"].map((name) => [name, "sampleWeights"])),
  ...Object.fromEntries(["masks", "masking", "attentionmask", "paddingmask"].map((name) => [name, "mask"])),
  ...Object.fromEntries(["ignoreindex", "ignorelabels", "paddingidx"].map((name) => [name, "ignoreLabel"])),
  ...Object.fromEntries(
    ["length", "sequencelength", "sequencelengths", "seqlength", "seqlengths", "seqlen", "seqlens", "inputlengths"].map(
      (name) => [name, "lengths"],
    ),
  ),
  ...Object.fromEntries(["classweight", "classweights"].map((name) => [name, "classWeights among the options of fit"])),
};

/** @throws ArgumentError for a name that stands for a part in other libraries, and for a part's own name misspelt */
export function checkNames({ where, argument }: ArgumentLocation, data: object): void {
  for (const name of Object.keys(data)) {
    if (PARTS.some((part) => part === name)) continue;
    const word = plain(name);
    const meant = PARTS.find((part) => plain(part) === word) ?? (Object.hasOwn(MISNAMED, word) && MISNAMED[word]);
    if (meant) throw new ArgumentError(where, `${argument}.${name}`, meant, name);
  }
}

const PARTS = ["x", "y", "lengths", "sampleWeights", "mask", "ignoreLabel"] as const;

/** Refuses parts beside the function that gives batches: they would be ignored. @throws ArgumentError */
export function checkNoParts(location: ArgumentLocation, data: object): void {
  checkNames(location, data);
  const name = PARTS.find((each) => each in data);
  if (name === undefined) return;
  const { where, argument } = location;
  throw new ArgumentError(where, `${argument}.${name}`, `${name} in each batch that ${argument}.batch gives`, name);
}

/** Checks the parts of x or y. @throws ArgumentError naming the part that does not fit */
export function checkParts(
  location: ArgumentLocation,
  root: "x" | "y",
  structure: Structure<Part>,
  { count, lengths }: { readonly count?: number; readonly lengths?: Structure<Lengths> | undefined },
): CheckedPart[] {
  const declared = declaredLengths(location, root, structure, lengths);
  const checked: CheckedPart[] = [];
  for (const { path, name, value } of leavesOf(location, root, structure)) {
    const rows: number | undefined = count ?? (checked[0] && countOf(checked[0]));
    const own = declared.get(name);
    if (Array.isArray(value)) {
      const sequences = sequencesOf(location, path, value as readonly Sequence[], rows);
      checked.push({ path, name, sequences, lengths: sequences.lengths });
      if (own === undefined) continue;
      const argument = `${location.argument}.${own.path}`;
      throw new ArgumentError(location.where, argument, "none beside a list, whose sequences have theirs", "lengths");
    }
    const array = value as NumericArray;
    if (isRecord(array)) {
      const expected = "an array with a shape or a list of sequences; a record of parts holds no records";
      throw new ArgumentError(location.where, `${location.argument}.${path}`, expected, describe(array));
    }
    checkArray(location, path, array, rows);
    if (array.shape[0] === 0) {
      throw new ArgumentError(location.where, `${location.argument}.${path}`, "at least one example", "none");
    }
    if (own === undefined) {
      checked.push({ path, name, array });
      continue;
    }
    if (array.shape.length < 2) {
      const expected = "none beside an array without time steps";
      throw new ArgumentError(location.where, `${location.argument}.${own.path}`, expected, `[${array.shape}]`);
    }
    checkArray(location, own.path, own.value, array.shape[0]);
    checkLengths(location, own.path, own.value, array.shape[1] as number);
    checked.push({ path, name, array, lengths: own.value.data });
  }
  return checked;
}

/** The number of examples of a part. */
export const countOf = ({ array, sequences }: CheckedPart): number =>
  sequences?.list.length ?? (array?.shape[0] as number);

/** The lengths that were given, by the name of their part. @throws ArgumentError for a name that x or y does not have */
function declaredLengths(
  location: ArgumentLocation,
  root: string,
  structure: Structure<Part>,
  lengths: Structure<Lengths> | undefined,
): Map<string | undefined, Leaf<Lengths>> {
  if (lengths === undefined) return new Map();
  return new Map(namedLike(location, `lengths.${root}`, lengths, { root, structure }).map((leaf) => [leaf.name, leaf]));
}

/**
 * The values of a structure that is given beside another one: a single value beside a single one, else values under some
 * of its names.
 *
 * @throws ArgumentError
 */
export function namedLike<T>(
  location: ArgumentLocation,
  path: string,
  given: Structure<T>,
  { root, structure }: { readonly root: string; readonly structure: Structure<unknown> },
): readonly Leaf<T>[] {
  const leaves = leavesOf(location, path, given);
  const argument = `${location.argument}.${path}`;
  if (!isRecord(structure)) {
    if (leaves[0]?.name === undefined) return leaves;
    throw new ArgumentError(location.where, argument, `one array, as ${root} is no record`, describe(given));
  }
  const names = Object.keys(structure).join(", ");
  const other = leaves.find(({ name }) => name === undefined || !Object.hasOwn(structure, name));
  if (other === undefined) return leaves;
  const got = other.name === undefined ? describe(given) : other.name;
  throw new ArgumentError(location.where, argument, `a record with names of ${root}, among ${names}`, got);
}
