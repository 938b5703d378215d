import * as tf from "../../../tf";
import { type ArrayLike, toTensor } from "../../to-tensor";
import { checkNames, checkSlot, type OptimizerState } from "./optimizer-state";
import type { SlotStore } from "./slot-store";

type Weights = Readonly<Record<string, tf.Variable>>;
type Variables = readonly tf.Variable[];

const namesOf = (store: SlotStore, weight: string): string[] => store.names.map((slot) => `${weight}/${slot}`);

/** Copies the slots' values into arrays. A frozen weight without slots has none. */
export function exportSlots(
  store: SlotStore,
  weights: Weights,
): Record<string, { data: Float32Array; shape: number[] }> {
  const entries = Object.entries(weights).flatMap(([weight, variable]) => {
    if (!variable.trainable && !store.has(variable)) return [];
    const slots = store.of(variable);
    return namesOf(store, weight).map((name, i) => {
      const slot = slots[i] as tf.Variable;
      return [name, { data: Float32Array.from(slot.dataSync()), shape: slot.shape.slice() }] as const;
    });
  });
  return Object.fromEntries(entries);
}

/**
 * Restores the slots of all weights. A frozen weight needs none: without them its slots start anew.
 *
 * @param restoreNumbers restores the optimizer's numbers and tells whether it has stepped; it may throw
 * @throws ArgumentError that names the first slot which is missing, superfluous or of another shape; nothing is changed
 */
export function restoreSlots(
  where: string,
  store: SlotStore,
  weights: Weights,
  tensors: OptimizerState["tensors"],
  restoreNumbers: () => boolean,
): void {
  const isGiven = (weight: string) => namesOf(store, weight).some((name) => Object.hasOwn(tensors, name));
  const entries = Object.entries(weights);
  const needed = entries.filter(([weight, { trainable }]) => trainable || isGiven(weight));
  const expected = needed.flatMap(([weight]) => namesOf(store, weight));
  checkNames(where, "slots", expected, Object.keys(tensors));
  for (const [weight, variable] of needed) {
    for (const name of namesOf(store, weight)) checkSlot(where, name, variable, tensors[name] as ArrayLike);
  }
  const hasStepped = restoreNumbers();
  const slots = new Map<tf.Variable, Variables>();
  for (const [weight, variable] of entries) {
    const isNeeded = needed.some(([name]) => name === weight);
    if (!isNeeded && !store.has(variable)) continue;
    const fresh = store.make(variable);
    const own = store.has(variable) ? store.of(variable) : fresh;
    slots.set(variable, own);
    const arrays = isNeeded ? namesOf(store, weight).map((name) => tensors[name] as ArrayLike) : undefined;
    assign(own, arrays ?? fresh);
    if (own !== fresh) tf.dispose([...fresh]);
  }
  store.replace(slots, Object.values(weights), hasStepped);
}

/** Assigns values to slots. An array is copied first, because a tensor may share its memory. */
function assign(slots: Variables, values: readonly (ArrayLike | tf.Tensor)[]): void {
  tf.tidy(() => {
    slots.forEach((slot, i) => {
      const value = values[i] as ArrayLike | tf.Tensor;
      slot.assign(value instanceof tf.Tensor ? tf.clone(value) : toTensor({ ...value, data: value.data.slice() }));
    });
  });
}
