import type { TermsOf } from "./terms";

/** What y is for a loss of logits: the probabilities of classes, which add up to 1, or the probability of each element. */
export type TargetKind = "classes" | "elements";

const kinds = new WeakMap<TermsOf, TargetKind>();

/** Notes that a loss takes logits, and what it takes for y. @returns the loss */
export function takesLogits<L extends TermsOf>(loss: L, kind: TargetKind): L {
  kinds.set(loss, kind);
  return loss;
}

/** What a loss takes for y; undefined for a loss that takes no logits, and for one of the user's own. */
export const logitTargets = (loss: TermsOf): TargetKind | undefined => kinds.get(loss);
