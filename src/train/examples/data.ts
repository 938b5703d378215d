import type { NumericArray } from "../../data";
import type { Structure } from "../structure";

/** One sequence, `[nSteps, …]`; a plain typed array is `[nSteps]`. */
export type Sequence = NumericArray | NumericArray["data"];

/**
 * One part of data: an array with a shape, whose first axis counts the examples; or a ragged list, one sequence for each
 * example. The loaders of `unroll/data` give arrays.
 */
export type Part = NumericArray | readonly Sequence[];

/** Numbers of live time steps, int32 `[examples]`. */
export type Lengths = NumericArray<Int32Array>;

/**
 * Examples without targets.
 *
 * `x` is a part, or a record of parts by name, `{ image, text }`; the model's `call` gets tensors of the same structure.
 *
 * The sequences of a ragged list carry their own lengths: they are put into buckets of similar length (of the longest
 * sequence among an example's parts of x) and padded with 0. An array is dense: all its values count, unless `lengths`
 * names its numbers of live time steps; its second axis is then time. The model's `call` gets x's lengths as its third
 * argument, in the structure of x where x is a record.
 *
 * @example
 *   const ragged: Examples = { x: [Int32Array.of(3, 1, 2), Int32Array.of(5)] };
 *   const both: Examples = { x: { image: drawnDigits({ count: 2 }).x, text: [Int32Array.of(3, 1, 2), Int32Array.of(5)] } };
 */
export interface Examples<X extends Structure<Part> = Structure<Part>> {
  readonly x: X;
  /**
   * The numbers of live time steps of arrays: `{ x }` of x, `{ y }` of y, each with the names of a record. Alone, without
   * x or y, they are x's; beside a y whose second axis is as long as x's, that is refused, because it does not say
   * whether y is padded too. Default: all time steps of arrays are live.
   */
  readonly lengths?: Lengths | { readonly x?: Structure<Lengths>; readonly y?: Structure<Lengths> };
}

/**
 * Examples with targets, to train or to measure on. `y` is a part or a record of parts. A loss gets y's lengths as its
 * third argument: a ragged y has its own, and the padding of y does not count.
 *
 * @example
 *   const y = { kind: numericArray(Int32Array.of(0, 1), [2]), tags: [Int32Array.of(1, 0, 1), Int32Array.of(0)] };
 *   const data: TrainingData = { x: [Int32Array.of(3, 1, 2), Int32Array.of(5)], y };
 */
export interface TrainingData<X extends Structure<Part> = Structure<Part>, Y extends Structure<Part> = Structure<Part>>
  extends Examples<X> {
  readonly y: Y;
  /**
   * What each example, `[examples]`, or each time step of y, `[examples, nSteps]`, counts: the loss is Σ weight · term /
   * number of terms, as Keras's, and a metric Σ weight · term / Σ weight. Where y is a record, a record with its names,
   * or some of them. Default: 1.
   */
  readonly sampleWeights?: Structure<Part>;
  /**
   * Which examples, `[examples]`, or time steps of y, `[examples, nSteps]`, count: 1 or 0. What is 0 counts nothing, in
   * losses and metrics. It is for holes and padding on the left; padding on the right has `lengths`. Default: all.
   */
  readonly mask?: Structure<Part>;
  /**
   * A class number that stands for no class, say −1: labels of y with this number count nothing, in losses and metrics,
   * as those that `mask` leaves out. Where y is a record, numbers under some of its names. Default: all labels count.
   */
  readonly ignoreLabel?: Structure<number>;
}
