import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { checkNumber, describe } from "../checks";
import type { Batch } from "../examples/source";
import { isRecord, type Structure } from "../structure";
import { examplesOf, type LossOption, type LossPart, lossParts, termsOf } from "./batch-loss";
import { expectedLoss } from "./names-as-text";
import { type CountedTerms, meanOf, sumAndCount } from "./terms";
import { warnOfActivation } from "./warn-of-activation";

/** What a step tells of one function of its loss. */
export interface PartSum {
  /** The mean of the batch's terms, before the step. */
  readonly mean: number;
  /** The number of terms that count. */
  readonly count: number;
}

/** A step that was done. */
export interface StepResult {
  /** The loss before the step. */
  readonly loss: number;
  /** Of each part of the loss, in their order. */
  readonly parts: readonly PartSum[];
}

/** The functions of a loss and their terms, of one batch. */
export type CountedParts = readonly { readonly part: LossPart; readonly counted: CountedTerms }[];

/** The parts of a loss, of one batch's outputs. */
export function countedParts(
  where: string,
  parts: readonly LossPart[],
  outputs: Structure<tf.Tensor>,
  batch: Batch,
): CountedParts {
  return parts.map((part) => {
    const argument = part.output === undefined ? "loss" : `loss.${part.output}`;
    warnOfActivation(where, part, outputs);
    return { part, counted: termsOf(where, argument, part, outputs, batch).counted };
  });
}

/** The loss, Σ weight · mean, with each part's sum and count as one list: the loss, then sum and count of each part. */
export function eagerLoss(
  counted: CountedParts,
  batch: Batch,
): { readonly loss: tf.Scalar; readonly sums: readonly tf.Scalar[] } {
  const examples = examplesOf(batch);
  const [first, ...others] = counted.map(({ part: { weight }, counted: each }) =>
    weight === 1 ? meanOf(each, examples) : (tf.mul(meanOf(each, examples), weight) as tf.Scalar),
  ) as [tf.Scalar, ...tf.Scalar[]];
  const loss = others.reduce((sum, each) => tf.add(sum, each) as tf.Scalar, first);
  const sums = counted.flatMap(({ counted: each }) => {
    const { sum, count } = sumAndCount(each, examples);
    return [sum, count];
  });
  return { loss, sums };
}

/** The mean of terms; 0 where nothing counts, as a compiled step's loss then is. */
export const meanOfSum = (sum: number, count: number): number => (count === 0 ? 0 : sum / count);

/** @param sums sum and count of each part, one after the other */
export const partSums = (sums: readonly number[]): PartSum[] =>
  Array.from({ length: sums.length / 2 }, (_, i) => {
    const [sum, count] = [sums[2 * i] as number, sums[2 * i + 1] as number];
    return { mean: meanOfSum(sum, count), count };
  });

/** Checks a loss and the weights of its parts. @throws ArgumentError */
export function checkLoss(where: string, loss: LossOption, weights: unknown): readonly LossPart[] {
  if (!isRecord(loss)) checkIsLoss(where, "loss", loss);
  else if (Object.keys(loss).length === 0) throw new ArgumentError(where, "loss", "a function for an output", "none");
  for (const [name, each] of isRecord(loss) ? Object.entries(loss) : []) checkIsLoss(where, `loss.${name}`, each);
  if (weights !== undefined) checkWeights(where, loss, weights);
  return lossParts(loss, weights as Readonly<Record<string, number>> | undefined);
}

function checkIsLoss(where: string, argument: string, loss: unknown): void {
  if (typeof loss !== "function") throw new ArgumentError(where, argument, expectedLoss(loss), describe(loss));
}

function checkWeights(where: string, loss: LossOption, weights: unknown): void {
  if (!isRecord(weights) || !isRecord(loss)) {
    const expected = "a number for each name of a loss that is a record";
    throw new ArgumentError(where, "lossWeights", expected, describe(weights));
  }
  for (const [name, weight] of Object.entries(weights)) {
    if (!Object.hasOwn(loss, name)) {
      throw new ArgumentError(where, "lossWeights", `names of the loss, ${Object.keys(loss).join(", ")}`, name);
    }
    checkNumber(where, `lossWeights.${name}`, weight);
  }
}
