import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import { type ArgumentLocation, describe } from "../checks";
import type { Structure } from "../structure";
import type { Part, TrainingData } from "./data";
import { type CheckedPart, namedLike } from "./parts";
import { type ClassWeights, type Counts, checkCounts, product, weightsOfClasses } from "./weights";

/** What may say what examples and time steps count. */
type GivenCounts = Partial<Pick<TrainingData, "y" | "sampleWeights" | "mask" | "ignoreLabel">>;

/** The weights of y's parts: of the examples, times those of the classes. A label that is masked needs no weight. */
export function weightsOf(
  location: ArgumentLocation,
  data: GivenCounts,
  y: readonly CheckedPart[],
  {
    classWeights,
    masks,
  }: {
    readonly classWeights: Structure<ClassWeights> | undefined;
    readonly masks: ReadonlyMap<CheckedPart, Counts>;
  },
): Map<CheckedPart, Counts> {
  const weights = countsOf(location, "sampleWeights", data, y, { valid: "a finite number", isValid: Number.isFinite });
  if (classWeights === undefined) return weights;
  const isByName = Object.values(classWeights).some((each) => typeof each === "object");
  const of = { root: "y", structure: data.y as unknown };
  const options = { where: location.where, argument: "options" };
  const given = isByName
    ? namedLike(options, "classWeights", classWeights as Structure<ClassWeights>, of)
    : [{ name: undefined, value: classWeights as ClassWeights }];
  for (const { name, value } of given) {
    const part = y.find((each) => each.name === name);
    if (part === undefined) {
      const expected = "weights by class for a name of y, { name: { 0: 1, 1: 5 } }";
      throw new ArgumentError(location.where, "classWeights", expected, describe(classWeights));
    }
    const ofClasses = weightsOfClasses(location, part, value, masks.get(part));
    const own = weights.get(part);
    weights.set(part, own ? product(own, ofClasses) : ofClasses);
  }
  return weights;
}

/** The masks of y's parts, 0 also where a label is to be ignored. */
export function masksOf(
  location: ArgumentLocation,
  data: GivenCounts,
  y: readonly CheckedPart[],
): Map<CheckedPart, Counts> {
  const valid = { valid: "0 or 1", isValid: (value: number) => value === 0 || value === 1 };
  const masks = countsOf(location, "mask", data, y, valid);
  if (data.ignoreLabel === undefined) return masks;
  if (data.y === undefined) {
    throw new ArgumentError(location.where, `${location.argument}.ignoreLabel`, "none without y", "ignoreLabel");
  }
  const of = { root: "y", structure: data.y };
  for (const { path, name, value } of namedLike(location, "ignoreLabel", data.ignoreLabel, of)) {
    if (!Number.isInteger(value)) {
      throw new ArgumentError(location.where, `${location.argument}.${path}`, "a whole number", describe(value));
    }
    const part = y.find((each) => each.name === name) as CheckedPart;
    const own = masks.get(part);
    const others = mapped(part, (array) => otherLabels(location, part.path, array, value));
    masks.set(part, own ? product(own, others) : others);
  }
  return masks;
}

/** 1 where a label is another one, else 0. @throws ArgumentError where y has no class numbers */
function otherLabels(
  { where, argument }: ArgumentLocation,
  path: string,
  { data, shape }: NumericArray,
  ignored: number,
): NumericArray {
  if (data instanceof Int32Array) return { data: Uint8Array.from(data, (label) => Number(label !== ignored)), shape };
  const expected = "int32 class numbers, as there is an ignoreLabel";
  throw new ArgumentError(where, `${argument}.${path}`, expected, `${data.constructor.name} [${shape}]`);
}

/** An array, or each of the sequences, of a part. */
const mapped = ({ array, sequences }: Counts, of: (array: NumericArray) => NumericArray): Counts =>
  sequences ? { sequences: { ...sequences, list: sequences.list.map(of) } } : { array: of(array as NumericArray) };

function countsOf(
  location: ArgumentLocation,
  root: "sampleWeights" | "mask",
  data: GivenCounts,
  y: readonly CheckedPart[],
  values: { readonly valid: string; readonly isValid: (value: number) => boolean },
): Map<CheckedPart, Counts> {
  const given = data[root];
  if (given === undefined) return new Map();
  if (data.y === undefined)
    throw new ArgumentError(location.where, `${location.argument}.${root}`, "none without y", root);
  return new Map(
    namedLike<Part>(location, root, given, { root: "y", structure: data.y }).map(({ path, name, value }) => {
      const target = y.find((each) => each.name === name) as CheckedPart;
      return [target, asFloats(root, checkCounts(location, path, value, target, values))];
    }),
  );
}

/** Weights as float32, because they multiply terms. */
const asFloats = (root: string, counts: Counts): Counts =>
  root === "mask" ? counts : mapped(counts, ({ data, shape }) => ({ data: Float32Array.from(data), shape }));
