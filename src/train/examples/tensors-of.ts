import type { NextRank, NumericArray, RankOf } from "../../data";
import type * as tf from "../../tf";
import type { Part } from "./data";

/**
 * The tensors that a model or a loss gets for data of type `P`: of `NumericArray<Uint8Array, 3>` a `tf.Tensor3D`; of a
 * ragged list of arrays of rank 2 a `tf.Tensor3D`, `[batch, nSteps, …]`; of a list of typed arrays a `tf.Tensor2D`; of a
 * record a record.
 *
 * `Unknown` stands for a tensor whose rank the type of the data does not tell. Where the type says nothing at all, as
 * that of `Examples` alone, the tensors are `any`.
 *
 * @example
 *   type Inputs = TensorsOf<{ image: NumericArray<Uint8Array, 3>; text: Int32Array[] }>; // a Tensor3D, a Tensor2D
 */
export type TensorsOf<P, Unknown = tf.Tensor> = [Part] extends [P]
  ? // biome-ignore lint/suspicious/noExplicitAny: what the type of the data does not tell, the compiler cannot check
    any
  : P extends Part
    ? TensorOfPart<P, Unknown>
    : { readonly [K in keyof P]: TensorsOf<P[K], Unknown> };

/**
 * As `TensorsOf`, for what a model or a loss takes: it may take any tensor where the type of the data does not tell the
 * rank.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type InputsOf<P> = TensorsOf<P, any>;

type TensorOfPart<P extends Part, Unknown> = P extends NumericArray
  ? OfRank<RankOf<P>, Unknown>
  : P extends readonly (infer S)[]
    ? S extends NumericArray
      ? OfRank<NextRank<RankOf<S>>, Unknown>
      : tf.Tensor2D
    : never;

type OfRank<R extends number, Unknown> = number extends R ? Unknown : tf.TensorOfRank<R>;

/**
 * The lengths that belong to data or tensors of type `T`, int32 `[batch]`: one tensor; of a record, a record of those
 * parts that have lengths.
 */
export type LengthsOf<T> =
  IsAny<T> extends true
    ? // biome-ignore lint/suspicious/noExplicitAny: as x
      any
    : T extends tf.Tensor | Part
      ? tf.Tensor1D
      : { readonly [K in keyof T]?: tf.Tensor1D };

/** Whether a type is `any`. */
export type IsAny<T> = 0 extends 1 & T ? true : false;
