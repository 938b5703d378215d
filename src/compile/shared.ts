import { describe } from "../arguments";
import * as tf from "../tf";
import { CompileError } from "./errors";

/** An argument that all examples of a batch share. `shared` makes it. */
export class Shared<T> {
  constructor(readonly tensor: T) {}
}

/** The arguments of a function; each tensor may be one that all examples share. */
export type Arguments<Given extends readonly unknown[]> = {
  [I in keyof Given]: Given[I] extends tf.Tensor ? Given[I] | Shared<Given[I]> : Given[I];
};

/**
 * Says that all examples of a batch share a tensor, such as the weights of classes: the tensor is not cut into shards, and its
 * first axis may have any size. Every other tensor of rank 1 or more has a row for each example. (Scalars are always shared.)
 *
 * @example
 *   const layer = new Dense({ inputSize: 3, outputSize: 4 });
 *   const loss = (x: tf.Tensor2D, y: tf.Tensor1D, classWeights: tf.Tensor1D) =>
 *     tf.mul(sparseSoftmaxCrossEntropyWithLogits(y, layer.call(x)), tf.gather(classWeights, y));
 *   const step = trainStep(loss, { variables: layer.variables, optimizer: new AdamOptimizer() });
 *   const weights = shared(tf.tensor1d([1, 2, 30, 40]));
 *   console.log(step(tf.ones([8, 3]), tf.zeros([8], "int32"), weights));
 *
 * @param tensor stays the caller's
 * @throws CompileError when it is not a tensor
 */
export function shared<T extends tf.Tensor>(tensor: T): Shared<T> {
  if (tensor instanceof tf.Tensor) return new Shared(tensor);
  throw new CompileError(`shared: expected a tensor, got ${describe(tensor)}`);
}

/** The tensors of a call's arguments. */
export const tensorsOf = (given: readonly unknown[]): tf.Tensor[] =>
  given.map((each) => (each instanceof Shared ? each.tensor : each) as tf.Tensor);
