import { weightName } from "../../arguments";
import { variablesOnTape } from "../../compile/internal";
import { ArgumentError } from "../../rnn";
import type * as tf from "../../tf";
import type { AnyModel } from "../model";

/** The weights that the coming step trains. @throws ArgumentError when there is none */
export function trainableOf(where: string, { variables }: AnyModel): tf.Variable[] {
  const trainable = variables.filter((variable) => variable.trainable);
  if (trainable.length > 0) return trainable;
  throw new ArgumentError(where, "model.variables", "one to train at least", "none that is trainable");
}

/**
 * Refuses a variable that model or loss used just now, inside a gradient, and that the model does not list: it would get
 * no gradient, and no checkpoint would have it. A compiled step refuses it too.
 *
 * @throws ArgumentError naming it
 */
export function checkListed(where: string, { variables }: AnyModel): void {
  const other = variablesOnTape().find((variable) => !variables.includes(variable));
  if (other === undefined) return;
  const expected = "every variable that model and loss use (with modelOf: give what has it as a part)";
  throw new ArgumentError(where, "model.variables", expected, `another one, ${weightName(other)}`);
}

interface AnyStep {
  run(indices: Int32Array): unknown;
  dispose(): void;
}

/**
 * The step of now: made anew when a weight that was frozen when the step was made is trainable. (A compiled step itself sees
 * that a weight which it trains is frozen now.)
 *
 * @param make makes a step, which goes on where the one before stands
 * @returns a function to the step for a coming call, and one to the step that ran last
 */
export function untilUnfrozen<Step extends AnyStep>(
  { variables }: AnyModel,
  make: (before: Step | undefined) => Step,
): { coming(): Step; last(): Step } {
  const isFrozen = ({ trainable }: tf.Variable) => !trainable;
  let frozen = variables.filter(isFrozen);
  let current = make(undefined);
  const coming = () => {
    if (frozen.every(isFrozen)) return current;
    frozen = variables.filter(isFrozen);
    const before = current;
    current = make(before);
    before.dispose();
    return current;
  };
  return { coming, last: () => current };
}
