import * as tf from "../tf";

/** A tensor, or a record or list of such trees. The tensors may be of any type and rank. */
export type Tree = tf.Tensor | TreeRecord | readonly Tree[];
export interface TreeRecord {
  readonly [name: string]: Tree;
}

export const isTensor = (tree: Tree): tree is tf.Tensor => tree instanceof tf.Tensor;

/** The tensors of a tree: a record's in the order in which its names were written, a list's from the first. */
export function flattenTree(tree: Tree): tf.Tensor[] {
  return isTensor(tree) ? [tree] : Object.values(tree).flatMap(flattenTree);
}

/** Applies a function to the tensors of a tree. */
export function mapTree<T extends Tree>(tree: T, change: (tensor: tf.Tensor) => tf.Tensor): T {
  const map = (part: Tree): Tree => {
    if (isTensor(part)) return change(part);
    if (Array.isArray(part)) return part.map(map);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, map(inner)]));
  };
  return map(tree) as T;
}

/** A tree with the structure of `like` of tensors in the order of `flattenTree`. */
export function packTree<T extends Tree>(like: T, tensors: readonly tf.Tensor[]): T {
  const rest = [...tensors];
  return mapTree(like, () => rest.shift() as tf.Tensor);
}
