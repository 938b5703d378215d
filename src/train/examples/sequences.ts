import type { NumericArray, NumericData } from "../../data";
import { ArgumentError, toTensor } from "../../rnn";
import type * as tf from "../../tf";
import { checkArray } from "../check-array";
import type { ArgumentLocation } from "../checks";
import type { Sequence } from "./data";

/** Sequences of different lengths with the same features. */
export interface Sequences {
  readonly list: readonly NumericArray[];
  readonly features: readonly number[];
  readonly lengths: Int32Array;
}

/** @throws ArgumentError naming the first sequence that has another type or other features than the first one */
export function sequencesOf(
  { where, argument }: ArgumentLocation,
  part: string,
  given: readonly Sequence[],
  count = given.length,
): Sequences {
  if (given.length === 0) {
    throw new ArgumentError(where, `${argument}.${part}`, "at least one sequence", "none");
  }
  const list = given.map(
    (each): NumericArray => (ArrayBuffer.isView(each) ? { data: each, shape: [each.length] } : each),
  );
  list.forEach((each, i) => {
    checkArray({ where, argument }, `${part}[${i}]`, each);
  });
  const [first] = list as [NumericArray];
  const features = first.shape.slice(1);
  const isOther = ({ data, shape }: NumericArray) =>
    data.constructor !== first.data.constructor || shape.slice(1).join() !== features.join();
  const other = list.findIndex(isOther);
  if (other >= 0) {
    const kind = ({ data, shape }: NumericArray) =>
      `${data.constructor.name} [${["nSteps", ...shape.slice(1)].join(", ")}]`;
    const expected = `${kind(first)}, as the first has`;
    throw new ArgumentError(where, `${argument}.${part}[${other}]`, expected, kind(list[other] as NumericArray));
  }
  if (list.length !== count) {
    throw new ArgumentError(where, `${argument}.${part}`, `${count} sequences`, `${list.length}`);
  }
  return { list, features, lengths: Int32Array.from(list, ({ shape }) => shape[0] as number) };
}

/** Refuses sequences of other lengths than those of another part. @throws ArgumentError naming the first */
export function checkSameLengths(
  { where, argument }: ArgumentLocation,
  part: string,
  { lengths }: Sequences,
  as: { readonly lengths: Int32Array; readonly of: string },
): void {
  const other = lengths.findIndex((length, i) => length !== as.lengths[i]);
  if (other < 0) return;
  const expected = `${as.lengths[other]} time steps, as ${as.of} has`;
  throw new ArgumentError(where, `${argument}.${part}[${other}]`, expected, `${lengths[other]}`);
}

/** Stacks sequences, `[batch, nSteps, …]`, with 0 past their ends. */
export function padded({ list, features }: Sequences, indices: Int32Array, nSteps: number): tf.Tensor {
  const step = features.reduce((product, size) => product * size, 1);
  const Kind = list[0]?.data.constructor as new (length: number) => NumericData;
  const data = new Kind(indices.length * nSteps * step);
  indices.forEach((index, i) => {
    data.set((list[index] as NumericArray).data, i * nSteps * step);
  });
  return toTensor({ data, shape: [indices.length, nSteps, ...features] });
}
