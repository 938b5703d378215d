/** Whether small ("min") or large ("max") values of a measure are good. */
export type Direction = "min" | "max";

/** The measures whose names are known: a loss is better small, these of Keras are better large. */
const BY_NAME: Readonly<Record<string, Direction>> = { loss: "min", accuracy: "max", acc: "max", auc: "max" };

/**
 * The direction that a name says by its last word: `val_loss`, `head_accuracy`, `rocAuc`. Undefined for every other
 * name, because a guess would keep the worst weights of a training.
 */
export function directionByName(name: string): Direction | undefined {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const last = words.at(-1) as string;
  return Object.hasOwn(BY_NAME, last) ? BY_NAME[last] : undefined;
}
