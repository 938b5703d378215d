import * as tf from "../../../tf";
import type { SlotStore } from "./slot-store";

/** Exchanges the values of all weights that have slots and of the slots at one place. */
export function swapWithAverages(store: SlotStore, at: number): void {
  tf.tidy(() => {
    for (const [variable, slots] of store.entries()) {
      if (variable.isDisposed) continue;
      const average = slots[at] as tf.Variable;
      const weight = tf.clone(variable);
      variable.assign(tf.clone(average));
      average.assign(weight);
    }
  });
}
