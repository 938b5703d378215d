import type { NumericArray } from "../data";
import { ArgumentError, toTensor } from "../rnn";
import * as tf from "../tf";
import { type AnyModel, weightsByName } from "./model";

/**
 * Copies a model's weights into arrays, by name, so that no tensor has to be kept.
 *
 * @throws ArgumentError naming a weight that is not float32
 */
export function readWeights(where: string, model: AnyModel): Record<string, NumericArray<Float32Array>> {
  const entries = floatWeights(where, model).map(
    ([name, variable]) =>
      [name, { data: Float32Array.from(variable.dataSync()), shape: variable.shape.slice() }] as const,
  );
  return Object.fromEntries(entries);
}

/**
 * Assigns arrays to a model's weights.
 *
 * @param refuse makes the error for a weight of another shape, a missing one, or a surplus array. Default: an
 *   ArgumentError
 * @throws ArgumentError naming a weight that is not float32; the error that `refuse` makes. No weight is changed then
 */
export function writeWeights(
  where: string,
  model: AnyModel,
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

/** The first few names, for messages. */
const few = (names: readonly string[]): string => {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return `${names.slice(0, 4).join(", ") || "no others"}${more}`;
};

/**
 * The weights by name. All must be float32, because `assign` refuses another dtype than the variable's. @throws
 * ArgumentError
 */
function floatWeights(where: string, model: AnyModel): [string, tf.Variable][] {
  const own = Object.entries(weightsByName(model));
  const other = own.find(([, { dtype }]) => dtype !== "float32");
  if (other === undefined) return own;
  throw new ArgumentError(where, `model.weights.${other[0]}`, "float32", other[1].dtype);
}
