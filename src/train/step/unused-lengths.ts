import { takesArguments } from "../../arguments";
import type { Source } from "../examples/source";
import type { AnyModel } from "../model";

const warned = new WeakSet<AnyModel>();

/**
 * Whether a model leaves padding out by the lengths that its `call` takes; a model of encoder and decoder, which only passes
 * them on, where its `encode` takes them too.
 */
export function takesLengths(model: AnyModel): boolean {
  const { encode } = model as { encode?: unknown };
  return takesArguments(model.call, 3) && (typeof encode !== "function" || takesArguments(encode, 3));
}

/**
 * Warns, once for each model, when sequences are padded but the model's `call` takes no lengths: the model then trains
 * and predicts on the outputs of the padding. A model that looks at each time step alone needs no lengths; it may take
 * them as `_lengths` to avoid the warning. For streamed data it is not known whether they are padded.
 */
export function warnOfUnusedLengths(where: string, model: AnyModel, source: Source): void {
  if (!source.isPadded || takesArguments(model.call, 3) || warned.has(model)) return;
  warned.add(model);
  console.warn(
    `unroll: ${where}: the sequences have lengths, but the model's function takes no third argument, and so computes on the ` +
      "padding too. Pass them on: (x, training, sequenceLength) => … dynamicRnn(cell, x, { training, sequenceLength })",
  );
}
