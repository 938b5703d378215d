import type { Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from "./start";

/** The tensors of each number of axes. The index signature is what TypeScript finds for `number`, an unknown rank. */
interface TensorByRank {
  readonly [rank: number]: Tensor;
  readonly 0: Scalar;
  readonly 1: Tensor1D;
  readonly 2: Tensor2D;
  readonly 3: Tensor3D;
  readonly 4: Tensor4D;
  readonly 5: Tensor5D;
  readonly 6: Tensor<Rank.R6>;
}

/**
 * The type of a tensor with `R` axes, 0 to 6: `tf.TensorOfRank<3>` is `tf.Tensor3D`. Where R is only `number`, it is
 * `tf.Tensor`.
 *
 * @example
 *   const x: tf.TensorOfRank<2> = tf.zeros([2, 3]);
 */
export type TensorOfRank<R extends number> = TensorByRank[R];
