import { ArgumentError, describe } from "../../arguments";
import { isTensor, type Tree, type TreeRecord } from "../../rnn/internal";
import * as tf from "../../tf";

/** A tensor, or a record or list of such trees: the state of a decoder, whose tensors may be of any type and rank. */
export type DecoderState = Tree;
export type DecoderStateRecord = TreeRecord;

/** Whether a value is such a tree: it may be what a user's function returned. */
export function isTree(value: unknown): value is DecoderState {
  if (value instanceof tf.Tensor) return true;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  return Object.values(value).every(isTree);
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
