import { describe } from "../../../arguments";
import * as tf from "../../../tf";
import { CompileError } from "../../errors";
import type { TensorTree } from "./loss-terms";

/** A tensor of a tree, and its name in it: `aux.state.c`. */
export interface Leaf {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** The tensors of a tree, in order. @throws CompileError naming what is neither a tensor, a list nor a record */
export function leavesOf(name: string, tree: TensorTree): Leaf[] {
  if (tree instanceof tf.Tensor) return [{ name, tensor: tree }];
  if (Array.isArray(tree)) return tree.flatMap((each, i) => leavesOf(`${name}[${i}]`, each));
  if (typeof tree === "object" && tree !== null && Object.getPrototypeOf(tree) === Object.prototype) {
    return Object.entries(tree).flatMap(([key, each]) => leavesOf(`${name}.${key}`, each));
  }
  throw new CompileError(`trainStep: ${name}: expected a tensor, or a list or record of them, got ${describe(tree)}`);
}

/** A tree of the same lists and records with other tensors, in the order of `leavesOf`. */
export function withLeaves(tree: TensorTree, tensors: readonly tf.Tensor[]): TensorTree {
  const rest = [...tensors];
  const copy = (each: TensorTree): TensorTree => {
    if (each instanceof tf.Tensor) return rest.shift() as tf.Tensor;
    if (Array.isArray(each)) return each.map(copy);
    return Object.fromEntries(Object.entries(each).map(([key, value]) => [key, copy(value)]));
  };
  return copy(tree);
}
