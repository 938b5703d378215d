import type { SplitLoss, StepLoss, TensorTree } from "./loss-terms";

/** One part of a loss over a whole batch. */
export interface PartSums {
  /** The sum of the part's terms. */
  readonly sum: number;
  /** The number of its terms. */
  readonly count: number;
}

/** What a step returns for a loss of named parts. */
export interface PartsResult<Part extends string = string> {
  /** The loss before the update: Σ wₖ·(sumₖ / countₖ). A part without terms adds nothing. */
  readonly loss: number;
  /** The parts of the loss before the update, without their weights. */
  readonly parts: { readonly [name in Part]: PartSums };
}

/** What a step returns for a loss with further tensors. */
export interface AuxResult<Aux extends TensorTree = TensorTree> {
  /** The loss before the update. */
  readonly loss: number;
  /** The further tensors, of the whole batch, before the update. The caller disposes them. */
  readonly aux: Aux;
}

/**
 * What a step returns: the loss before the update, a number. For a loss of named parts it is a `PartsResult`, for a loss with
 * further tensors an `AuxResult`, for one with both it is both.
 */
export type StepResult<Loss extends StepLoss> = ResultOf<ReturnType<Loss>>;

type ResultOf<Returned> = 0 extends 1 & Returned // any
  ? number
  : Returned extends SplitLoss
    ? number
    : Returned extends { readonly loss: infer Loss; readonly aux: infer Aux extends TensorTree }
      ? AuxResult<Aux> & (Loss extends SplitLoss ? unknown : PartsResult<NamesOf<Loss>>)
      : PartsResult<NamesOf<Returned>>;

/** The names of a loss's parts. */
export type PartsOf<Loss extends StepLoss> = PartsIn<ReturnType<Loss>>;

type PartsIn<Returned> = 0 extends 1 & Returned
  ? string
  : Returned extends SplitLoss
    ? never
    : Returned extends { readonly loss: infer Loss; readonly aux: TensorTree }
      ? PartsIn<Loss>
      : NamesOf<Returned>;

type NamesOf<Parts> = Extract<keyof Parts, string>;
