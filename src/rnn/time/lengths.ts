import { isCapturing } from "../../compile/internal";
import * as tf from "../../tf";
import { checkTensor, describe } from "../checks";
import { ArgumentError } from "../errors";

/** The number of live time steps of each sequence of a batch, 0 to nSteps: numbers, or an int32 tensor `[batch]`. */
export type SequenceLength = readonly number[] | Int32Array | tf.Tensor1D;

/**
 * Returns which time steps are live, as booleans `[nSteps, batch, 1]`; undefined without lengths, when all are.
 *
 * @throws ArgumentError that names the first sequence whose length is not a whole number from 0 to nSteps
 */
export function liveSteps(
  where: string,
  lengths: SequenceLength | undefined,
  batch: number,
  nSteps: number,
): tf.Tensor3D | undefined {
  if (lengths === undefined) return undefined;
  const given = lengthTensor(where, lengths, batch);
  if (!isCapturing()) checkLengths(where, "sequenceLength", given, { least: 0, most: nSteps, of: "time steps" });
  const steps = tf.range(0, nSteps, 1, "int32").reshape([nSteps, 1, 1]);
  return tf.less(steps, given.reshape([1, batch, 1]));
}

/**
 * Returns lengths as an int32 tensor `[batch]`. The caller checks their range.
 *
 * @throws ArgumentError when there is not one whole number for each sequence of the batch
 */
export function lengthTensor(
  where: string,
  lengths: SequenceLength,
  batch: number,
  argument = "sequenceLength",
): tf.Tensor1D {
  if (lengths instanceof tf.Tensor) {
    checkTensor(where, argument, lengths, [batch], "int32");
    return lengths;
  }
  if (!(Array.isArray(lengths) || lengths instanceof Int32Array) || lengths.length !== batch) {
    const actual = lengths?.length === undefined ? describe(lengths) : `${lengths.length}`;
    throw new ArgumentError(where, argument, `${batch} lengths, one for each sequence of the batch`, actual);
  }
  const broken = Array.from(lengths as ArrayLike<number>).findIndex((length) => !Number.isInteger(length));
  if (broken >= 0) {
    throw new ArgumentError(where, `${argument}[${broken}]`, "a whole number", String(lengths[broken]));
  }
  return tf.tensor1d(lengths as number[], "int32");
}

/** The lengths that are allowed, and what they count: "0 to 4 time steps". */
export interface LengthRange {
  readonly least: number;
  readonly most: number;
  readonly of: string;
}

/** @throws ArgumentError that names the first length out of the range */
export function checkLengths(where: string, argument: string, lengths: tf.Tensor1D, range: LengthRange): void {
  const values = lengths.dataSync();
  const { least, most, of } = range;
  const wrong = values.findIndex((length) => length < least || length > most);
  if (wrong < 0) return;
  throw new ArgumentError(where, `${argument}[${wrong}]`, `${least} to ${most} ${of}`, String(values[wrong]));
}
