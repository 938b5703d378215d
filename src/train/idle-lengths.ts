import type { Source } from "./data";
import type { Model } from "./model";

const told = new WeakSet<Model>();

/**
 * Says, once a model, that it takes no lengths though the data have them: what it makes of padding is trained and
 * predicted on. (One that looks at each time step alone needs none, and may take them as `_lengths`.)
 */
export function noteIdleLengths(where: string, model: Model, source: Source): void {
  if (source.isStreamed || !source.parts.includes("lengths") || model.call.length >= 3 || told.has(model)) return;
  if (/^[^)]*(\.\.\.|=)/.test(head(model.call))) return; // rest and default parameters are not counted
  told.add(model);
  console.warn(
    `unroll: ${where}: the sequences have lengths, but the model's function takes no third argument, and so computes on the ` +
      "padding too. Pass them on: (x, training, sequenceLength) => … dynamicRnn(cell, x, { training, sequenceLength })",
  );
}

/** A function's text up to its body. */
const head = (call: Model["call"]): string => String(call).split(/=>|\{/)[0] ?? "";
