import { ArgumentError, describe } from "../../arguments";
import * as tf from "../../tf";

/** A tensor, or a record or list of such trees: the state of a decoder, whose tensors may be of any type and rank. */
export type DecoderState = tf.Tensor | DecoderStateRecord | readonly DecoderState[];
export interface DecoderStateRecord {
  readonly [name: string]: DecoderState;
}

const isTensor = (tree: DecoderState): tree is tf.Tensor => tree instanceof tf.Tensor;

/** The tensors of a tree in the order in which its names were written. */
export function flattenTree(tree: DecoderState): tf.Tensor[] {
  return isTensor(tree) ? [tree] : Object.values(tree).flatMap(flattenTree);
}

/** Applies a function to the tensors of a tree. */
export function mapTree<T extends DecoderState>(tree: T, change: (tensor: tf.Tensor) => tf.Tensor): T {
  const map = (part: DecoderState): DecoderState => {
    if (isTensor(part)) return change(part);
    if (Array.isArray(part)) return part.map(map);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, map(inner)]));
  };
  return map(tree) as T;
}

/** A tree with the structure of `like` of tensors in the order of `flattenTree`. */
export function packTree<T extends DecoderState>(like: T, tensors: readonly tf.Tensor[]): T {
  const rest = [...tensors];
  return mapTree(like, () => rest.shift() as tf.Tensor);
}

/**
 * The tensors of `tree` in the order of the names of `like`.
 *
 * @throws ArgumentError when the trees have different names, or a tensor has another shape or type
 */
export function alignTree(where: string, argument: string, tree: DecoderState, like: DecoderState): tf.Tensor[] {
  if (isTensor(like)) {
    const fits = tree instanceof tf.Tensor && tree.dtype === like.dtype && tree.shape.join() === like.shape.join();
    if (fits) return [tree];
    throw new ArgumentError(where, argument, describe(like), describe(tree));
  }
  const names = Object.keys(like);
  const given = tree !== null && typeof tree === "object" && !isTensor(tree) ? Object.keys(tree) : undefined;
  if (given === undefined || [...given].sort().join() !== [...names].sort().join()) {
    throw new ArgumentError(where, argument, describe(like), describe(tree));
  }
  const part = (of: DecoderState, name: string) => (of as DecoderStateRecord)[name] as DecoderState;
  return names.flatMap((name) => alignTree(where, `${argument}.${name}`, part(tree, name), part(like, name)));
}
