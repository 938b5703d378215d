import { weightName } from "../../../arguments";
import * as tf from "../../../tf";
import { checkNotNegative, describe } from "../../checks";
import { ArgumentError } from "../../errors";

/** A weight, or all weights of a cell, a layer or a model. */
export type WeightsOf = tf.Variable | { readonly variables: readonly tf.Variable[] };

/** The learning rate of a part of a model. */
export interface PartRate {
  /** The weights: a variable, a cell, a layer. */
  readonly part: WeightsOf;
  /** Multiplies the learning rate for these weights. With 0 the optimizer's own step does not move them. */
  readonly multiplier: number;
}

/** The variables of parts. @throws ArgumentError naming the first value that is no part */
export function variablesOf(where: string, argument: string, parts: readonly unknown[]): tf.Variable[] {
  return parts.flatMap((part, i) => {
    if (part instanceof tf.Variable) return [part];
    const { variables } = (part ?? {}) as { variables?: unknown };
    if (Array.isArray(variables)) return variables as tf.Variable[];
    throw new ArgumentError(where, `${argument}[${i}]`, "a variable, a cell or a layer", describe(part));
  });
}

/**
 * Returns the function from a variable to the multiplier of its learning rate.
 *
 * @throws ArgumentError when a part or a multiplier is wrong, or a weight is in two parts
 */
export function multiplierOf(where: string, rates: readonly PartRate[]): (variable: tf.Variable) => number {
  if (!Array.isArray(rates)) throw new ArgumentError(where, "partRates", "a list of parts", describe(rates));
  const multipliers = new Map<tf.Variable, number>();
  rates.forEach(({ part, multiplier }: PartRate, i) => {
    checkNotNegative(where, `partRates[${i}].multiplier`, multiplier);
    for (const variable of variablesOf(where, `partRates[${i}].part`, [part])) {
      if (multipliers.has(variable)) {
        throw new ArgumentError(where, `partRates[${i}]`, "each weight in one part", `${weightName(variable)} again`);
      }
      multipliers.set(variable, Math.fround(multiplier));
    }
  });
  return (variable) => multipliers.get(variable) ?? 1;
}
