import { ArgumentError } from "../../../rnn";
import { checkOptions, describe } from "../../checks";

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Numbers with a shape, or a typed array, whose shape is `[length]`. Every `NumericArray` is one. */
export type MetricArray = Numbers | { readonly data: Numbers; readonly shape: readonly number[] };

/** Options of the metrics of all predictions. */
export interface WeightedOptions {
  /** The weight of each row (along the labels' first axis), or of each label, from 0 up. Default: 1 for each. */
  weights?: ArrayLike<number>;
}

/** Values of a checked shape. */
export interface Shaped {
  readonly data: Numbers;
  readonly shape: readonly number[];
}

/**
 * Checks values and gives their shape without a last axis of 1, if it is not the only one: a model's outputs `[examples,
 * 1]` and labels `[examples]` belong together.
 *
 * @throws ArgumentError for what is no array of finite numbers, and for an empty one
 */
export function shapedOf(where: string, argument: string, values: MetricArray): Shaped {
  const { data, shape } = ArrayBuffer.isView(values) ? { data: values, shape: [values.length] } : (values ?? {});
  if (!isNumbers(data) || !Array.isArray(shape)) {
    throw new ArgumentError(where, argument, "a typed array, or { data, shape }", describe(values));
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length || size === 0) {
    const expected = `at least one value, and as many as the shape [${shape.join(", ")}] has`;
    throw new ArgumentError(where, argument, expected, `${data.length} values`);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new ArgumentError(where, `${argument}[${wrong}]`, "a finite number", `${data[wrong]}`);
  return { data, shape: withoutLastOne(shape) };
}

const withoutLastOne = (shape: readonly number[]) =>
  shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;

const isNumbers = (data: unknown): data is Numbers =>
  data instanceof Float32Array ||
  data instanceof Float64Array ||
  data instanceof Int32Array ||
  data instanceof Uint8Array;

/** Whether the values are whole numbers by their type, and so class numbers rather than scores. */
export const areClassNumbers = ({ data }: Shaped): boolean => data instanceof Int32Array || data instanceof Uint8Array;

/**
 * Checks the options' names and the weights. @returns the weight of each label
 *
 * @throws ArgumentError for another number of weights, a weight below 0 or not finite, and weights whose sum is 0
 */
export function weightsOf(
  where: string,
  options: WeightedOptions,
  { data, shape }: Shaped,
  known: readonly string[] = [],
): (index: number) => number {
  checkOptions(where, options, ["weights", ...known]);
  const { weights } = options;
  if (weights === undefined) return () => 1;
  const counts = [...new Set([shape[0] as number, data.length])];
  if (weights === null || typeof weights !== "object" || !counts.includes(weights.length)) {
    const expected = `${counts.join(" or ")} numbers, one for each row or label`;
    throw new ArgumentError(where, "weights", expected, describe(weights));
  }
  const count = weights.length;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(where, `weights[${i}]`, "a finite number from 0 up", `${weight}`);
    }
    sum += weight;
  }
  if (sum === 0) throw new ArgumentError(where, "weights", "one above 0 at least", "only 0");
  const perRow = data.length / count;
  return (index) => weights[Math.floor(index / perRow)] as number;
}

/** Refuses a value that is not a whole number from 0 up and below `classes`. @throws ArgumentError */
export function checkClasses(where: string, argument: string, { data }: Shaped, classes = Number.POSITIVE_INFINITY) {
  const wrong = data.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < classes));
  if (wrong < 0) return;
  const expected = Number.isFinite(classes) ? `a class number, 0 to ${classes - 1}` : "a class number from 0 up";
  throw new ArgumentError(where, `${argument}[${wrong}]`, expected, `${data[wrong]}`);
}

/** The error of scores and labels whose shapes do not fit. */
export const shapeError = (where: string, scores: Shaped, labels: Shaped): ArgumentError =>
  new ArgumentError(
    where,
    "labels",
    `the scores' shape [${scores.shape.join(", ")}], or that without its last axis, the classes`,
    `shape [${labels.shape.join(", ")}]`,
  );

/** Whether scores are one for each class and labels are class numbers: of `[n, 1, classes]`, labels `[n, 1]` too. */
export const areClassScores = (scores: Shaped, labels: Shaped): boolean =>
  labels.shape.join() === withoutLastOne(scores.shape.slice(0, -1)).join();

/** Whether there is one score for each label. */
export const areAlike = (scores: Shaped, labels: Shaped): boolean => labels.shape.join() === scores.shape.join();
