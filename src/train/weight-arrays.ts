import type { NumericArray } from "../data";
import { ArgumentError, toTensor } from "../rnn";
import * as tf from "../tf";
import { type Model, weightsByName } from "./model";

/** A model's weights as arrays of their own, by name: no tensor has to be kept. */
export function readWeights(model: Model): Record<string, NumericArray<Float32Array>> {
  const entries = Object.entries(weightsByName(model)).map(
    ([name, variable]) =>
      [name, { data: Float32Array.from(variable.dataSync()), shape: variable.shape.slice() }] as const,
  );
  return Object.fromEntries(entries);
}

/** Gives a model weights that were read before. @throws ArgumentError when one is missing; nothing is changed then */
export function writeWeights(model: Model, arrays: Readonly<Record<string, NumericArray>>): void {
  const own = Object.entries(weightsByName(model));
  for (const [name, { shape }] of own) {
    if (arrays[name]?.shape.join() === shape.join()) continue;
    const actual = arrays[name] === undefined ? "none" : `shape [${arrays[name]?.shape.join(", ")}]`;
    throw new ArgumentError("restoreBestWeights", name, `weights of shape [${shape.join(", ")}]`, actual);
  }
  tf.tidy(() => {
    for (const [name, variable] of own) variable.assign(toTensor(arrays[name] as NumericArray).toFloat());
  });
}
