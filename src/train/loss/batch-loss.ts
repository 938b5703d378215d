import { ArgumentError } from "../../rnn";
import * as tf from "../../tf";
import { describe } from "../checks";
import type { Batch } from "../examples/source";
import type { IsAny } from "../examples/tensors-of";
import { at, isRecord, type Structure } from "../structure";
import { type CountedTerms, type Counting, countedTerms, liveSteps, type Terms, type TermsOf } from "./terms";

/** One function of a batch's outputs and targets: of all, or of those with a name. */
export interface OutputTerms {
  /** The name of the output and of its part of y; undefined where the function takes all. */
  readonly output: string | undefined;
  readonly of: TermsOf;
}

/**
 * A loss: one function, or one for each output by name; their means are weighted and added. `O` and `Y` are the types of
 * outputs and targets: a record of functions is for records, and has names that both have.
 */
// biome-ignore lint/suspicious/noExplicitAny: a loss of any outputs and targets
export type LossOption<O = any, Y = any> = TermsOf<Loose<O>, Y> | LossByName<O, Y>;

type LossByName<O, Y> =
  IsAny<O> extends true
    ? Readonly<Record<string, TermsOf>>
    : IsAny<Y> extends true
      ? LossByName<O, O>
      : O extends tf.Tensor
        ? never
        : Y extends tf.Tensor
          ? never
          : {
              readonly [K in keyof O | keyof Y]?: K extends keyof O & keyof Y ? TermsOf<Loose<O[K]>, Y[K]> : never;
            };

/** Outputs as a loss takes them: where the rank of a tensor is not known, a loss may take any. */
type Loose<O> =
  IsAny<O> extends true
    ? O
    : O extends tf.Tensor
      ? tf.Tensor extends O
        ? // biome-ignore lint/suspicious/noExplicitAny: see above
          any
        : O
      : { readonly [K in keyof O]: Loose<O[K]> };

/** One function of a loss. */
export interface LossPart extends OutputTerms {
  /** What its mean counts in the loss. */
  readonly weight: number;
}

/** The functions of a loss. Without names, there is one. */
export function lossParts(loss: LossOption, weights: Readonly<Record<string, number>> = {}): readonly LossPart[] {
  if (typeof loss === "function") return [{ output: undefined, of: loss, weight: 1 }];
  return Object.entries(loss).map(([output, of]) => ({ output, of, weight: weights[output] ?? 1 }));
}

/** The value of a function of outputs and targets, and its terms with the batch's weights and mask. */
export function termsOf(
  where: string,
  argument: string,
  { output, of }: OutputTerms,
  outputs: Structure<tf.Tensor>,
  batch: Batch,
): { readonly value: Terms; readonly counted: CountedTerms; readonly counting: Counting } {
  const counting = countingOf(where, argument, output, batch);
  const value = of(
    namedPart(where, argument, "the model's outputs", outputs, output),
    namedPart(where, argument, "data.y", batch.y, output),
    at(batch.lengths?.y, output),
  );
  return { value, counted: countedTerms(where, argument, value, counting), counting };
}

function countingOf(where: string, argument: string, output: string | undefined, batch: Batch): Counting {
  const { weights, mask } = batch;
  if (output === undefined && (isRecord(weights) || isRecord(mask))) {
    const expected = "a function for each output by name, as y is a record with sample weights or a mask";
    throw new ArgumentError(where, argument, expected, "one function");
  }
  const [y, lengths] = [at(batch.y, output), at(batch.lengths?.y, output)];
  const isTimed = y instanceof tf.Tensor && lengths instanceof tf.Tensor && y.rank > 1;
  return {
    examples: examplesOf(batch),
    hasLengths: lengths !== undefined,
    inTime: isTimed ? liveSteps(y.shape[1] as number, lengths) : undefined,
    isPartial: batch.lengths !== undefined || mask !== undefined,
    weights: at(weights, output),
    mask: at(mask, output),
  };
}

/** The number of a batch's examples. */
export function examplesOf({ x }: Batch): number {
  const [first] = isRecord(x) ? (Object.values(x) as tf.Tensor[]) : [x as tf.Tensor];
  return (first as tf.Tensor).shape[0] as number;
}

/** A part of outputs or targets by name. @throws ArgumentError where they have no such name */
export function namedPart(
  where: string,
  argument: string,
  what: string,
  structure: Structure<tf.Tensor> | undefined,
  output: string | undefined,
): Structure<tf.Tensor> {
  if (output === undefined) return structure as Structure<tf.Tensor>;
  if (!isRecord(structure)) {
    throw new ArgumentError(where, argument, `a record in ${what}, with ${output}`, describe(structure));
  }
  const part = (structure as Readonly<Record<string, tf.Tensor>>)[output];
  if (part !== undefined) return part;
  throw new ArgumentError(where, argument, `a name of ${what}, among ${Object.keys(structure).join(", ")}`, output);
}
