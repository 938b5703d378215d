import type { Model } from "../model";
import type { Source } from "./source";

const told = new WeakSet<Model>();

/**
 * Says, once a model, that it takes no lengths though sequences are padded: what it makes of padding is trained and
 * predicted on. (One that looks at each time step alone needs none, and may take them as `_lengths`.) Of streamed data
 * it is not known.
 */
export function warnOfUnusedLengths(where: string, model: Model, source: Source): void {
  if (!source.isPadded || model.call.length >= 3 || told.has(model)) return;
  if (/\.\.\.|=/.test(parametersOf(String(model.call)))) return; // rest and default parameters are not counted
  told.add(model);
  console.warn(
    `unroll: ${where}: the sequences have lengths, but the model's function takes no third argument, and so computes on the ` +
      "padding too. Pass them on: (x, training, sequenceLength) => … dynamicRnn(cell, x, { training, sequenceLength })",
  );
}

/** What stands in a function's first parentheses; nothing of `x => …`. */
function parametersOf(text: string): string {
  const begin = text.indexOf("(");
  if (/^\s*(async\s+)?[\w$]+\s*=>/.test(text) || begin < 0) return "";
  let depth = 0;
  for (let i = begin; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (depth === 0) return text.slice(begin, i);
  }
  return text;
}
