import * as tf from "../../../tf";
import { CompileError } from "../../errors";
import { liveSums } from "./live-terms";
import type { LossResult, LossWithAux, TensorTree } from "./loss-terms";
import { type Leaf, leavesOf } from "./tensor-tree";

/** The terms of a loss, or of one part of it, read as sums. */
export interface LossTerms {
  readonly sum: tf.Tensor;
  readonly count: tf.Tensor;
  /** Whether the loss may be split into shards: it returned more than a scalar. */
  readonly splits: boolean;
  /** The number of terms; undefined where the loss returned `{ sum, count }`. */
  readonly size?: number;
}

/** What a loss returned. */
export interface ReadLoss {
  /** The terms of each part; of a loss without parts, its own. */
  readonly terms: readonly LossTerms[];
  /** The names of the parts, in the order of `terms`; undefined for a loss without parts. */
  readonly names: readonly string[] | undefined;
  /** The further tensors, in the order of the tree's leaves. */
  readonly aux: readonly Leaf[];
  /** The further tensors as they were returned; undefined where there are none. */
  readonly tree: TensorTree | undefined;
}

const RESERVED = ["sum", "count", "terms", "live", "loss", "aux"];

/** Reads what a loss returned. @throws CompileError when it is neither terms, nor parts, nor one of these with `aux` */
export function readLoss(result: LossResult | LossWithAux): ReadLoss {
  if (isWithAux(result)) {
    const aux = leavesOf("aux", result.aux);
    for (const leaf of aux) checkLeaf(leaf);
    return { ...readLoss(result.loss), aux, tree: result.aux };
  }
  const terms = termsOf(result);
  if (terms !== undefined) return { terms: [terms], names: undefined, aux: [], tree: undefined };
  const parts = Object.entries(isRecord(result) ? result : {});
  const reserved = parts.find(([name]) => RESERVED.includes(name));
  if (parts.length === 0 || reserved)
    throw new CompileError(`trainStep: the loss ${MUST_RETURN}; got ${kindOf(result)}`);
  const read = parts.map(([name, part]) => {
    const terms = termsOf(part);
    if (terms === undefined)
      throw new CompileError(`trainStep: the loss's part ${name} ${MUST_BE}; got ${kindOf(part)}`);
    return terms;
  });
  return { terms: read, names: parts.map(([name]) => name), aux: [], tree: undefined };
}

const MUST_BE = "must be a float32 tensor, or { terms, live } or { sum, count } of tensors";
const MUST_RETURN = `${MUST_BE.replace("be", "return")}, or a record of such parts`;

function termsOf(result: unknown): LossTerms | undefined {
  if (result instanceof tf.Tensor) {
    if (result.dtype !== "float32" || result.isDisposed) return undefined;
    return { sum: result, count: tf.scalar(result.size), splits: result.rank > 0, size: result.size };
  }
  const { sum, count, terms, live } = (result ?? {}) as Readonly<Record<string, unknown>>;
  if (terms instanceof tf.Tensor && live instanceof tf.Tensor) return liveTermsOf(terms, live);
  const areTensors = sum instanceof tf.Tensor && sum.dtype === "float32" && count instanceof tf.Tensor;
  if (areTensors && !sum.isDisposed && !count.isDisposed) {
    return { sum, count, splits: true };
  }
  return undefined;
}

/** @throws CompileError when `live` has other axes than the first of `terms` */
function liveTermsOf(terms: tf.Tensor, live: tf.Tensor): LossTerms | undefined {
  if (terms.dtype !== "float32" || terms.isDisposed || live.isDisposed) return undefined;
  if (live.rank > 0 && live.shape.every((size, axis) => size === terms.shape[axis])) {
    return { ...liveSums(terms, live), splits: true };
  }
  const expected = `the first axes of its terms, [${terms.shape}]`;
  throw new CompileError(`trainStep: the loss's live must have ${expected}; got [${live.shape}]`);
}

function kindOf(result: unknown): string {
  if (result instanceof tf.Tensor) return result.isDisposed ? "a disposed tensor" : `a tensor of ${result.dtype}`;
  if (isRecord(result) && Object.values(result).some((each) => each instanceof tf.Tensor && each.isDisposed)) {
    return "a disposed tensor in it";
  }
  return isRecord(result) ? `a record of ${Object.keys(result).join(", ") || "nothing"}` : typeof result;
}

const isRecord = (result: unknown): result is Readonly<Record<string, unknown>> =>
  typeof result === "object" && result !== null && Object.getPrototypeOf(result) === Object.prototype;

const isWithAux = (result: unknown): result is LossWithAux =>
  isRecord(result) && Object.keys(result).sort().join() === "aux,loss";

/** Only float32 tensors are added up over the shards, and a scalar always is. @throws CompileError naming the tensor */
function checkLeaf({ name, tensor: { rank, dtype, isDisposed } }: Leaf): void {
  if (isDisposed) throw new CompileError(`trainStep: ${name}: expected a live tensor, got a disposed one`);
  if (rank === 0 && dtype !== "float32") throw notSummed(name, dtype);
}

/** The error for a further tensor that would be added up over the shards. */
export const notSummed = (name: string, dtype: string): CompileError =>
  new CompileError(
    `trainStep: ${name}: expected float32, because it is added up over the examples, got ${dtype}; use toFloat()`,
  );
