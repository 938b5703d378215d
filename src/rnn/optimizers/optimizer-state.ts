import * as tf from "../../tf";
import { describe } from "../checks";
import { ArgumentError } from "../errors";
import { type ArrayLike, toTensor } from "../to-tensor";

/** The state of an optimizer between two steps: what a training needs to continue exactly. */
export interface OptimizerState {
  /** The slots by name. A name is the weight's name, a slash, and TensorFlow 1.x's name of the slot. */
  readonly tensors: Readonly<Record<string, ArrayLike>>;
  /** The optimizer's numbers by name, such as "step" or Adam's "beta1_power". */
  readonly numbers: Readonly<Record<string, number>>;
}

type Slots = ReadonlyMap<string, tf.Variable>;

/** Copies the slots' values into arrays. */
export function exportSlots(slots: Slots): Record<string, { data: Float32Array; shape: number[] }> {
  const entries = [...slots].map(([name, slot]) => {
    return [name, { data: Float32Array.from(slot.dataSync()), shape: slot.shape.slice() }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Refuses arrays that do not fit the slots.
 *
 * @throws ArgumentError that names the first slot whose array does not fit
 */
export function checkSlots(where: string, slots: Slots, tensors: OptimizerState["tensors"]): void {
  checkNames(where, "slots", [...slots.keys()], Object.keys(tensors));
  for (const [name, { shape, size }] of slots) {
    const array = tensors[name] as ArrayLike;
    const fits = array.data instanceof Float32Array && array.data.length === size;
    if (fits && array.shape?.join() === shape.join()) continue;
    const actual = array.data instanceof Float32Array ? `${array.data.length} values` : describe(array.data);
    const expected = `float32 values of shape [${shape.join(", ")}]`;
    throw new ArgumentError(where, name, expected, `shape [${array.shape?.join(", ")}] with ${actual}`);
  }
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

/**
 * Assigns the arrays' values to the slots. The values are copied first, because a tensor may share its array's memory.
 */
export function assignSlots(slots: Slots, tensors: OptimizerState["tensors"]): void {
  tf.tidy(() => {
    for (const [name, slot] of slots) {
      const { data, shape } = tensors[name] as ArrayLike;
      slot.assign(toTensor({ data: data.slice(), shape }));
    }
  });
}
