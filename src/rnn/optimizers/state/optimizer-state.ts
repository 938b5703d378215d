import { checkCount, checkNotNegative, describe } from "../../checks";
import { ArgumentError } from "../../errors";
import type { ArrayLike } from "../../to-tensor";

/** The state of an optimizer between two steps: what a training needs to continue exactly. */
export interface OptimizerState {
  /** The slots by name. A name is the weight's name, a slash, and TensorFlow 1.x's name of the slot. */
  readonly tensors: Readonly<Record<string, ArrayLike>>;
  /** The optimizer's numbers by name, such as "step" or Adam's "beta1_power". */
  readonly numbers: Readonly<Record<string, number>>;
}

/**
 * Refuses an array that does not fit a slot.
 *
 * @throws ArgumentError that names the slot
 */
export function checkSlot(
  where: string,
  name: string,
  { shape, size }: { readonly shape: readonly number[]; readonly size: number },
  array: ArrayLike,
): void {
  const fits = array.data instanceof Float32Array && array.data.length === size;
  if (fits && array.shape?.join() === shape.join()) return;
  const actual = array.data instanceof Float32Array ? `${array.data.length} values` : describe(array.data);
  const expected = `float32 values of shape [${shape.join(", ")}]`;
  throw new ArgumentError(where, name, expected, `shape [${array.shape?.join(", ")}] with ${actual}`);
}

/** Refuses numbers of a state without a right step and learning rate. @throws ArgumentError */
export function checkStep(where: string, numbers: Readonly<Record<string, number>>, hasRate: boolean): void {
  checkCount(where, "step", numbers.step, 0);
  if (hasRate) checkNotNegative(where, "learning_rate", numbers.learning_rate as number);
}

/**
 * Refuses names that differ from the expected ones.
 *
 * @throws ArgumentError that names the first missing or superfluous name
 */
export function checkNames(where: string, what: string, expected: readonly string[], actual: readonly string[]): void {
  const missing = expected.find((name) => !actual.includes(name));
  if (missing !== undefined) throw new ArgumentError(where, what, `one named ${missing}`, actual.join(", ") || "none");
  const surplus = actual.find((name) => !expected.includes(name));
  if (surplus !== undefined)
    throw new ArgumentError(where, what, `only ${expected.join(", ") || "none"}`, `also ${surplus}`);
}
