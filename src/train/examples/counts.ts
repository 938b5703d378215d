import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import { type ArgumentLocation, describe } from "../checks";
import type { Structure } from "../structure";
import type { Part, TrainingData } from "./data";
import { type CheckedPart, namedLike } from "./parts";
import { type ClassWeights, type Counts, checkCounts, product, weightsOfClasses } from "./weights";

/** What may say what examples and time steps count. */
type GivenCounts = Partial<Pick<TrainingData, "y" | "sampleWeights" | "mask">>;

/** The weights of y's parts: of the examples, times those of the classes. */
export function weightsOf(
  location: ArgumentLocation,
  data: GivenCounts,
  y: readonly CheckedPart[],
  classWeights: Structure<ClassWeights> | undefined,
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
    const ofClasses = weightsOfClasses(location, part, value);
    const own = weights.get(part);
    weights.set(part, own ? product(own, ofClasses) : ofClasses);
  }
  return weights;
}

/** The masks of y's parts. */
export const masksOf = (location: ArgumentLocation, data: GivenCounts, y: readonly CheckedPart[]) =>
  countsOf(location, "mask", data, y, { valid: "0 or 1", isValid: (value) => value === 0 || value === 1 });

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
function asFloats(root: string, { array, sequences }: Counts): Counts {
  if (root === "mask") return { ...(array && { array }), ...(sequences && { sequences }) };
  const floats = ({ data, shape }: NumericArray): NumericArray => ({ data: Float32Array.from(data), shape });
  if (sequences) return { sequences: { ...sequences, list: sequences.list.map(floats) } };
  return { array: floats(array as NumericArray) };
}
