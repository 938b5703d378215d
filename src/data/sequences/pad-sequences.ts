import { emptyLike, type NumericArray, type NumericData, numericArray, type RankOf } from "../array";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import type { NextRank } from "../rank";

/** Sequences padded at their ends to one length; `lengths` has the number of time steps of each. */
export interface PaddedSequences<D extends NumericData = Float32Array, R extends number = number> {
  /** `[count, longest, …]` */
  readonly x: NumericArray<D, R>;
  /** `[count]` */
  readonly lengths: NumericArray<Int32Array, 1>;
}

/**
 * Sequences padded at their begin to one length. They have no `lengths`: an unroller that gets lengths takes the first
 * time steps of a sequence as the live ones, and these would be the padding.
 */
export interface LeftPaddedSequences<D extends NumericData = Float32Array, R extends number = number> {
  /** `[count, longest, …]` */
  readonly x: NumericArray<D, R>;
  /** `[count, longest]`: 1 at the sequence's own time steps, 0 at the padding. */
  readonly mask: NumericArray<Int32Array, 2>;
}

export interface PadSequencesOptions {
  /** The value of the padding. Default: 0. */
  value?: number;
  /**
   * Where the padding stands: "right", after a sequence, Keras's "post"; or "left", before it, Keras's "pre". Default:
   * "right", where Keras's default is "pre".
   */
  side?: "left" | "right";
  /**
   * The most time steps that a sequence keeps; longer ones are cut. (Keras's `maxlen` also pads all sequences to it; this
   * one does not.) Default: no limit.
   */
  maximum?: number;
  /**
   * The end of a sequence that `maximum` cuts: "right" cuts its last time steps, "left" its first ones, as Keras does by
   * default. Default: "right".
   */
  cut?: "left" | "right";
}

type Sequences<D extends NumericData> = readonly NumericArray<D>[];

/**
 * Pads sequences of different lengths into one array. `fit`, `evaluate` and `predict` take a list of sequences and pad
 * it themselves; use this function for a batch of your own.
 *
 * @example
 *   const { x, lengths } = padSequences(reberExamples({ count: 10 }).x); // x: [10, longest, 7]
 *   const words = [Int32Array.of(3, 1, 2), Int32Array.of(5)].map((ids) => numericArray(ids, [ids.length]));
 *   const left = padSequences(words, { side: "left", value: 9, maximum: 2 }); // x: [[3, 1], [9, 5]]
 *
 * @param sequences each `[nSteps, …]`, of one type and with the same features
 * @returns `{ x, lengths }`; `{ x, mask }` with `side: "left"`
 * @throws DataError when there is no sequence, an option is out of range, or naming the first sequence of another type or
 *   with other features
 */
export function padSequences<D extends NumericData = NumericData, S extends NumericArray<D> = NumericArray<D>>(
  sequences: readonly S[],
  options?: PadSequencesOptions & { side?: "right" },
): PaddedSequences<S["data"], NextRank<RankOf<S>>>;
export function padSequences<D extends NumericData = NumericData, S extends NumericArray<D> = NumericArray<D>>(
  sequences: readonly S[],
  options: PadSequencesOptions & { side: "left" },
): LeftPaddedSequences<S["data"], NextRank<RankOf<S>>>;
export function padSequences<D extends NumericData>(
  sequences: Sequences<D>,
  options: PadSequencesOptions = {},
): PaddedSequences<D> | LeftPaddedSequences<D> {
  checkOptions("padSequences", options, ["value", "side", "maximum", "cut"]);
  const { value = 0, side = "right", cut = "right", maximum = Number.MAX_SAFE_INTEGER } = options;
  const [first, features] = checkSequences(sequences);
  checkWhole("padSequences", "maximum", maximum, 1);
  checkValue(value, first.data);
  checkSide("side", side);
  checkSide("cut", cut);
  const lengths = Int32Array.from(sequences, ({ shape }) => Math.min(shape[0] as number, maximum));
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const step = features.reduce((product, size) => product * size, 1);
  const data = emptyLike(first.data, sequences.length * longest * step).fill(value) as D;
  const mask = new Int32Array(sequences.length * longest);
  sequences.forEach((sequence, i) => {
    const length = lengths[i] as number;
    const from = cut === "left" ? (sequence.shape[0] as number) - length : 0;
    const to = i * longest + (side === "left" ? longest - length : 0);
    data.set(sequence.data.subarray(from * step, (from + length) * step), to * step);
    mask.fill(1, to, to + length);
  });
  const x: NumericArray<D> = numericArray(data, [sequences.length, longest, ...features]);
  if (side === "left") return { x, mask: numericArray(mask, [sequences.length, longest]) };
  return { x, lengths: numericArray(lengths, [sequences.length]) };
}

/** @returns the first sequence, and the features of all */
function checkSequences<D extends NumericData>(
  sequences: Sequences<D>,
): [first: NumericArray<D>, features: readonly number[]] {
  if (!Array.isArray(sequences)) {
    throw new DataError("padSequences", "sequences", "a list of arrays [nSteps, …]", typeof sequences);
  }
  const first = (sequences as Sequences<D>)[0];
  if (first === undefined) throw new DataError("padSequences", "sequences", "at least one", "none");
  const wrong = sequences.findIndex((each) => !ArrayBuffer.isView(each?.data) || !(each.shape?.length > 0));
  if (wrong >= 0) {
    throw new DataError("padSequences", `sequences[${wrong}]`, "an array [nSteps, …]", describe(sequences[wrong]));
  }
  const featuresOf = ({ shape }: NumericArray) => `[${["nSteps", ...shape.slice(1)].join(", ")}]`;
  const typeOf = ({ data }: NumericArray) => data.constructor.name;
  for (const [i, each] of sequences.entries()) {
    const field = `sequences[${i}]`;
    if (featuresOf(each) !== featuresOf(first)) {
      throw new DataError("padSequences", field, featuresOf(first), `[${each.shape.join(", ")}]`);
    }
    if (typeOf(each) !== typeOf(first)) throw new DataError("padSequences", field, typeOf(first), typeOf(each));
  }
  return [first, first.shape.slice(1)];
}

/** Describes a value that is not an array of numbers. */
const describe = (value: unknown) =>
  typeof value !== "object" || value === null ? String(value) : `{ ${Object.keys(value).slice(0, 5).join(", ")} }`;

/** Refuses a value that the sequences' type cannot hold: it would become another one, silently. @throws DataError */
function checkValue(value: number, data: NumericData): void {
  const Kind = data.constructor as new (length: number) => NumericData;
  const kept = typeof value === "number" ? new Kind(1).fill(value)[0] : Number.NaN;
  const fits = data instanceof Float32Array ? typeof value === "number" : kept === value;
  if (!fits) throw new DataError("padSequences", "value", `a number that ${Kind.name} holds`, String(value));
}

/** @throws DataError when a side is neither left nor right */
function checkSide(field: string, side: unknown): void {
  if (side === "left" || side === "right") return;
  throw new DataError("padSequences", field, '"left" or "right"', JSON.stringify(side) ?? "undefined");
}
