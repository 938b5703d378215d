import type { NumericArray } from "../../../data";
import { describe } from "../../checks";
import { ArgumentError } from "../../errors";
import type { Distribution } from "./distributions";
import type { Philox } from "./philox";

/** What a sampler draws for one batch: TensorFlow's `sampled_values`, as arrays; `toTensor` makes tensors of them. */
export interface SampledCandidates {
  /** The classes that were drawn, `[numSampled]`. The batch shares them. */
  readonly sampledCandidates: NumericArray<Int32Array, 1>;
  /** How often each true class is expected among the candidates, `[batch, numTrue]`. */
  readonly trueExpectedCount: NumericArray<Float32Array, 2>;
  /** How often each candidate is expected among the candidates, `[numSampled]`. */
  readonly sampledExpectedCount: NumericArray<Float32Array, 1>;
}

/** The same with a row of candidates for each example; all rows are equal. */
export interface SampledCandidateRows {
  /** `[batch, numSampled]` */
  readonly sampledCandidates: NumericArray<Int32Array, 2>;
  /** `[batch, numTrue]` */
  readonly trueExpectedCount: NumericArray<Float32Array, 2>;
  /** `[batch, numSampled]` */
  readonly sampledExpectedCount: NumericArray<Float32Array, 2>;
}

/** Repeats the candidates for each example of the batch. */
export function repeatedRows(given: SampledCandidates): SampledCandidateRows {
  const { sampledCandidates, trueExpectedCount, sampledExpectedCount } = given;
  const [batch] = trueExpectedCount.shape;
  const [numSampled] = sampledCandidates.shape;
  const [ids, counts] = [new Int32Array(batch * numSampled), new Float32Array(batch * numSampled)];
  for (let row = 0; row < batch; row++) {
    ids.set(sampledCandidates.data, row * numSampled);
    counts.set(sampledExpectedCount.data, row * numSampled);
  }
  const shape = [batch, numSampled] as const;
  return {
    sampledCandidates: { data: ids, shape },
    trueExpectedCount,
    sampledExpectedCount: { data: counts, shape },
  };
}

/** The most draws for one set of distinct candidates: more mean that the rest of the classes is too unlikely. */
const MOST_TRIES = 2 ** 23;

/** Draws classes; each only once where they are to be unique. @returns the classes, and the number of draws it took */
export function drawClasses(
  { draw }: Distribution,
  random: Philox,
  { where, numSampled, unique }: { where: string; numSampled: number; unique: boolean },
): { values: Int32Array; tries: number } {
  const values = new Int32Array(numSampled);
  if (!unique) return { values: values.map(() => draw(random)), tries: numSampled };
  const seen = new Set<number>();
  let tries = 0;
  while (seen.size < numSampled) {
    const value = draw(random);
    if (++tries > MOST_TRIES) {
      const found = `${seen.size} after ${MOST_TRIES} draws, because the other classes are too unlikely`;
      throw new ArgumentError(where, "numSampled", `at most the number of classes that draws find`, found);
    }
    if (seen.has(value)) continue;
    values[seen.size] = value;
    seen.add(value);
  }
  return { values, tries };
}

/**
 * How often a class of probability p is expected among the candidates: p·numSampled; where the candidates are unique,
 * 1 − (1 − p)^tries, with the number of draws that the candidates took.
 */
export function expectedCount(probability: number, numSampled: number, tries: number): number {
  if (tries === numSampled) return Math.fround(probability * numSampled);
  return Math.fround(-Math.expm1(tries * Math.log1p(-probability)));
}

/** Refuses true classes that are not int32 `[batch, numTrue]` below `rangeMax`. @throws ArgumentError */
export function checkTrueClasses(where: string, classes: NumericArray<Int32Array, 2>, rangeMax: number): void {
  if (!(classes?.data instanceof Int32Array) || classes.shape?.length !== 2) {
    throw new ArgumentError(where, "trueClasses", "an Int32Array of shape [batch, numTrue]", describe(classes));
  }
  const wrong = classes.data.findIndex((value) => value < 0 || value >= rangeMax);
  if (wrong < 0) return;
  const numTrue = classes.shape[1];
  const place = `trueClasses[${Math.floor(wrong / numTrue)}, ${wrong % numTrue}]`;
  throw new ArgumentError(where, place, `0 to ${rangeMax - 1}`, String(classes.data[wrong]));
}
