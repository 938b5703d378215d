import { type NumericArray, numericArray } from "../array";
import { DataError } from "../errors";

/** Sequences padded with zeros to one length; `lengths` has the number of time steps of each. */
export interface PaddedSequences {
  /** `[count, longest, …]` */
  readonly x: NumericArray<Float32Array>;
  /** `[count]` */
  readonly lengths: NumericArray<Int32Array>;
}

/**
 * Pads sequences of different lengths into one array. `fit`, `evaluate` and `predict` take a list of sequences and pad
 * it themselves; use this function for a batch of your own.
 *
 * @example
 *   const { x, lengths } = padSequences(reberExamples({ count: 10 }).x); // x: [10, longest, 7]
 *
 * @param sequences each `[nSteps, …]`, with the same features
 * @throws DataError when there is no sequence, or naming the first sequence with other features
 */
export function padSequences(sequences: readonly NumericArray<Float32Array>[]): PaddedSequences {
  const [first] = sequences;
  if (first === undefined) throw new DataError("padSequences", "sequences", "at least one", "none");
  const features = first.shape.slice(1);
  const other = sequences.findIndex(({ shape }) => shape.slice(1).join() !== features.join());
  if (other >= 0) {
    const shapes = [["nSteps", ...features], sequences[other]?.shape ?? []].map((shape) => `[${shape.join(", ")}]`);
    throw new DataError("padSequences", `sequences[${other}]`, shapes[0] as string, shapes[1] as string);
  }
  const lengths = Int32Array.from(sequences, ({ shape }) => shape[0] as number);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const rowSize = features.reduce((product, size) => product * size, longest);
  const data = new Float32Array(sequences.length * rowSize);
  sequences.forEach((sequence, i) => {
    data.set(sequence.data, i * rowSize);
  });
  return {
    x: numericArray(data, [sequences.length, longest, ...features]),
    lengths: numericArray(lengths, [sequences.length]),
  };
}
