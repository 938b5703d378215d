import type { NumericArray } from "../../data";
import { ArgumentError } from "../../rnn";
import type { ArgumentLocation } from "../checks";
import { isRecord, type Structure } from "../structure";
import { arrayColumn, type Column, lengthsColumn, raggedColumn } from "./columns";
import { masksOf, weightsOf } from "./counts";
import type { Examples, Lengths, Part, TrainingData } from "./data";
import { withoutMasked, withoutPadding } from "./padding";
import { type CheckedPart, checkNames, checkParts, countOf } from "./parts";
import { type Buckets, bucketsOf, paddedSteps, planInBuckets } from "./plan/buckets";
import { planInOrder } from "./plan/order";
import { checkSameLengths } from "./sequences";
import type { BatchTensors, Source } from "./source";
import { type ClassWeights, type Counts, rowOf } from "./weights";

/** Examples, with or without targets. */
type GivenData = Examples & Partial<Pick<TrainingData, "y" | "sampleWeights" | "mask" | "ignoreLabel">>;

export interface InMemoryOptions {
  /** The largest number of lengths to which ragged sequences are padded. */
  readonly buckets: number;
  /** Multiply the weights of the examples by those of their classes. Default: none. */
  readonly classWeights?: Structure<ClassWeights> | undefined;
  /**
   * Rounds the lengths to which sequences are padded up to few ones (`roundedUp`), because each is a graph of its own. Not where
   * a dense part has as many time steps as a ragged one, with which it has to agree. Default: false.
   */
  readonly roundsUp?: boolean | undefined;
  /** Checks each part of y, with its mask and weights, for a loss that takes not every value. Default: no check. */
  readonly checkTargets?:
    | ((location: ArgumentLocation, part: CheckedPart, counts: readonly (Counts | undefined)[]) => void)
    | undefined;
}

/** A source of examples in memory. @throws ArgumentError naming the part that does not fit */
export function inMemorySource(location: ArgumentLocation, data: GivenData, options: InMemoryOptions): Source {
  checkNames(location, data);
  const given = lengthsOf(location, data);
  const x = checkParts(location, "x", data.x, { lengths: given.x });
  const count = countOf(x[0] as CheckedPart);
  const y = data.y === undefined ? [] : checkParts(location, "y", data.y, { count, lengths: given.y });
  checkAlike(location, x, y);
  const buckets = bucketsFor(x, y, count, options.buckets, options.roundsUp && !hasDenseSteps([...x, ...y]));
  const masks = masksOf(location, data, y);
  const weights = weightsOf(location, data, y, { classWeights: options.classWeights, masks });
  for (const part of y) options.checkTargets?.(location, part, [masks.get(part), weights.get(part)]);
  const columns = [
    ...x.map((part) => columnOf(part, "x", buckets)),
    ...y.map((part) => columnOf(part, "y", buckets, masks.get(part))),
    ...lengthsColumns(x),
    ...lengthsColumns(y),
    ...countColumns("weights", weights, buckets),
    ...countColumns("mask", masks, buckets),
  ];
  const isDense = columns.every(({ all }) => all !== undefined);
  return {
    count,
    paths: columns.map(({ path }) => path),
    shapes: 2 * (buckets?.size ?? 1), // the last batch may be short
    isPadded: x.some((part) => isPadded(part, buckets)),
    argumentAt: (path, indices, i) => `${location.argument}.${path}[${indices[i]}]`,
    steps: (path) => stepsOf(x.find((part) => part.path === path)),
    plan: (batchSize, shuffle) =>
      buckets ? planInBuckets(buckets, batchSize, shuffle) : planInOrder(count, batchSize, shuffle),
    take: (indices) => tensorsOf(columns, ({ take }) => take(indices)),
    ...(isDense && { all: () => tensorsOf(columns, ({ all }) => (all as NonNullable<Column["all"]>)()) }),
  };
}

const tensorsOf = (columns: readonly Column[], of: (column: Column) => BatchTensors[string]): BatchTensors =>
  Object.fromEntries(columns.map((column) => [column.path, of(column)]));

/**
 * The lengths of x's arrays and of y's. @throws ArgumentError when bare lengths stand beside a y whose second axis may be
 * time
 */
function lengthsOf(
  { where, argument }: ArgumentLocation,
  { x, y, lengths }: GivenData,
): { readonly x?: Structure<Lengths>; readonly y?: Structure<Lengths> } {
  if (lengths === undefined) return {};
  if (isRecord(lengths)) {
    const other = Object.keys(lengths).find((name) => name !== "x" && name !== "y");
    if (other === undefined) return lengths;
    throw new ArgumentError(where, `${argument}.lengths`, "{ x, y }, the lengths of x's arrays and of y's", other);
  }
  if (Array.isArray(x)) {
    throw new ArgumentError(where, `${argument}.lengths`, "none beside a list, whose sequences have theirs", "lengths");
  }
  const nSteps = isRecord(x) ? undefined : (x as NumericArray).shape?.[1];
  const parts = isRecord(y) ? Object.entries(y as Readonly<Record<string, Part>>) : [["", y] as const];
  const [name, part] = parts.find(([, each]) => (each as NumericArray | undefined)?.shape?.[1] === nSteps) ?? [];
  if (nSteps !== undefined && part !== undefined) {
    const ofY = name === "" ? "lengths" : `{ ${name}: lengths }`;
    const expected = `lengths: { x: lengths, y: ${ofY} } where y is padded too, else lengths: { x: lengths }`;
    const which = name === "" ? "a y" : `y.${name}`;
    throw new ArgumentError(where, `${argument}.lengths`, expected, `an array beside ${which} of ${nSteps} time steps`);
  }
  return { x: lengths as Lengths };
}

/** A single ragged y belongs to a single ragged x, time step by time step. @throws ArgumentError */
function checkAlike(location: ArgumentLocation, [x]: readonly CheckedPart[], [y]: readonly CheckedPart[]): void {
  if (x?.name !== undefined || y?.name !== undefined || !x?.sequences || !y?.sequences) return;
  checkSameLengths(location, "y", y.sequences, { lengths: x.sequences.lengths, of: "x" });
}

/** Buckets by the longest sequence of x, or of y where x has none; undefined where no part is ragged. */
function bucketsFor(
  x: readonly CheckedPart[],
  y: readonly CheckedPart[],
  count: number,
  most: number,
  roundsUp = false,
): Buckets | undefined {
  const ragged = [x, y].map((parts) => parts.flatMap(({ sequences }) => (sequences ? [sequences.lengths] : [])));
  const lists = ragged.find(({ length }) => length > 0);
  if (lists === undefined) return undefined;
  const longest = Int32Array.from({ length: count }, (_, i) => Math.max(...lists.map((each) => each[i] as number)));
  return { ...bucketsOf(longest, most), roundsUp };
}

/** Whether a dense part has as many time steps as the longest sequence of a ragged one. */
function hasDenseSteps(parts: readonly CheckedPart[]): boolean {
  const longest = parts.flatMap(({ sequences }) => (sequences ? [Math.max(1, ...sequences.lengths)] : []));
  return parts.some(({ array }) => longest.includes(array?.shape[1] as number));
}

function columnOf(
  { path, array, sequences, lengths }: CheckedPart,
  part: "x" | "y",
  buckets?: Buckets,
  mask?: Counts,
): Column {
  if (sequences) {
    const list = mask ? sequences.list.map((each, i) => withoutMasked(each, rowOf(mask, i))) : sequences.list;
    return raggedColumn(path, { ...sequences, list }, buckets as Buckets);
  }
  const live = lengths ? withoutPadding(array as NumericArray, lengths, part) : (array as NumericArray);
  return arrayColumn(path, mask?.array ? withoutMasked(live, mask.array) : live);
}

const lengthsColumns = (parts: readonly CheckedPart[]): Column[] =>
  parts.flatMap(({ path, lengths }) => (lengths ? [lengthsColumn(`lengths.${path}`, lengths)] : []));

function countColumns(root: string, counts: ReadonlyMap<CheckedPart, Counts>, buckets?: Buckets): Column[] {
  return [...counts].map(([{ name }, part]) => {
    const path = name === undefined ? root : `${root}.${name}`;
    return columnOf({ ...part, path, name }, "x", buckets);
  });
}

/** Whether a part has time steps that are padding. */
function isPadded({ array, sequences, lengths }: CheckedPart, buckets?: Buckets): boolean {
  if (lengths === undefined) return false;
  if (sequences === undefined) return lengths.some((length) => length < (array?.shape[1] as number));
  const { of } = buckets as Buckets;
  const steps = paddedSteps(buckets as Buckets, lengths);
  return lengths.some((length, i) => length < (steps[of[i] as number] as number));
}

function stepsOf(part: CheckedPart | undefined) {
  const lengths = part?.lengths;
  if (lengths === undefined) return undefined;
  const longest = part?.array?.shape[1] ?? lengths.reduce((most, length) => Math.max(most, length), 1);
  return { longest, lengthOf: (index: number) => lengths[index] as number };
}
