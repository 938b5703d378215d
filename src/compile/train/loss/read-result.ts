import type * as tf from "../../../tf";
import type { NativeValues } from "../../engine/backend";
import type { LossShape } from "./capture-loss";
import type { AuxResult, PartsResult } from "./step-result";
import { withLeaves } from "./tensor-tree";

/** What a step of any loss returns. */
export type AnyResult = number | PartsResult | AuxResult | (PartsResult & AuxResult);

/** How many outputs of a step's graph are numbers to read; the others are the loss's further tensors. */
export const readCount = ({ names }: LossShape, isGuarded: boolean): number =>
  1 + Number(isGuarded) + Number(names !== undefined);

/**
 * What a step returns.
 *
 * @param sums of a loss's parts, then their counts
 * @param aux the further tensors
 */
export function resultOf(
  { names, tree }: LossShape,
  loss: number,
  sums: NativeValues | undefined,
  aux: readonly tf.Tensor[],
): AnyResult {
  if (names === undefined && tree === undefined) return loss;
  const parts = (names ?? []).map((name, i) => [name, { sum: sums?.[i], count: sums?.[i + (names ?? []).length] }]);
  return {
    loss,
    ...(names && { parts: Object.fromEntries(parts) as PartsResult["parts"] }),
    ...(tree && { aux: withLeaves(tree, aux) }),
  } as AnyResult;
}
