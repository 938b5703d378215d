import type { NumericArray } from "../data";
import { ArgumentError, toTensor } from "../rnn";
import * as tf from "../tf";
import { type Model, weightsByName } from "./model";

/**
 * A model's weights as arrays of their own, by name: no tensor has to be kept.
 *
 * @throws ArgumentError naming one that is not float32
 */
export function readWeights(where: string, model: Model): Record<string, NumericArray<Float32Array>> {
  const entries = floatWeights(where, model).map(
    ([name, variable]) =>
      [name, { data: Float32Array.from(variable.dataSync()), shape: variable.shape.slice() }] as const,
  );
  return Object.fromEntries(entries);
}

/**
 * Gives a model weights that were read before.
 *
 * @param refuse the error for weights of another shape, missing or left over
 * @throws ArgumentError naming a weight that is not float32; what `refuse` makes, unless told an ArgumentError. Nothing is
 *   changed then
 */
export function writeWeights(
  where: string,
  model: Model,
  arrays: Readonly<Record<string, NumericArray>>,
  refuse = (name: string, expected: string, actual: string): Error => new ArgumentError(where, name, expected, actual),
): void {
  const own = floatWeights(where, model);
  const text = (shape: readonly number[]) => `[${shape.join(", ")}]`;
  for (const [name, { shape }] of own) {
    const actual = arrays[name] ? text(arrays[name].shape) : `none; there are ${few(Object.keys(arrays))}`;
    if (actual !== text(shape)) throw refuse(name, `shape ${text(shape)}`, actual);
  }
  const names = own.map(([name]) => name);
  const surplus = Object.keys(arrays).find((name) => !names.includes(name));
  if (surplus !== undefined) throw refuse("names", names.join(", "), `also ${surplus}`);
  tf.tidy(() => {
    for (const [name, variable] of own) variable.assign(toTensor(arrays[name] as NumericArray).toFloat());
  });
}

/** The first few names. */
const few = (names: readonly string[]): string => {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return `${names.slice(0, 4).join(", ") || "no others"}${more}`;
};

/** The weights by name; `assign` takes no other type than the variable's. @throws ArgumentError */
function floatWeights(where: string, model: Model): [string, tf.Variable][] {
  const own = Object.entries(weightsByName(model));
  const other = own.find(([, { dtype }]) => dtype !== "float32");
  if (other === undefined) return own;
  throw new ArgumentError(where, `model.weights.${other[0]}`, "float32", other[1].dtype);
}
