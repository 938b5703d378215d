import * as tf from "../tf";
import type { RNNCell } from "./cell";
import { ArgumentError } from "./errors";
import { type ArrayLike, toTensor } from "./to-tensor";

/** What has weights by name: a cell, or a layer. */
export interface Named {
  readonly weights?: RNNCell["weights"];
}

/** Weights by TensorFlow 1.x's names. */
export type NamedArrays = Readonly<Record<string, ArrayLike>>;

/**
 * The weights as arrays, by TensorFlow 1.x's names and in its layout: a kernel's rows are those of the inputs, then of
 * the state; an LSTM's columns are the gates i, j, f, o.
 *
 * @param scope what stands before each name, as `dynamic_rnn` puts "rnn" there; nothing when it is empty
 */
export function exportWeights(part: Named, scope = "rnn"): Record<string, { data: Float32Array; shape: number[] }> {
  const entries = Object.entries(weightsOf("exportWeights", part)).map(([name, variable]) => {
    const data = Float32Array.from(variable.dataSync()); // a copy: the tensor may share its memory
    return [underScope(scope, name), { data, shape: variable.shape.slice() }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Gives a cell or layer the weights that were trained elsewhere, by TensorFlow 1.x's names and in its layout.
 *
 * @throws ArgumentError naming a weight that is missing, left over, or of another shape; nothing is changed then
 */
export function importWeights(part: Named, arrays: NamedArrays, scope = "rnn"): void {
  const own = Object.entries(weightsOf("importWeights", part)).map(
    ([name, variable]) => [underScope(scope, name), variable] as const,
  );
  const expected = own.map(([name]) => name);
  const missing = expected.find((name) => !Object.hasOwn(arrays, name));
  if (missing !== undefined) {
    throw new ArgumentError("importWeights", "arrays", `a weight named ${missing}`, Object.keys(arrays).join(", "));
  }
  const surplus = Object.keys(arrays).find((name) => !expected.includes(name));
  if (surplus !== undefined) {
    throw new ArgumentError("importWeights", "arrays", `only ${expected.join(", ")}`, `also ${surplus}`);
  }
  for (const [name, { shape }] of own) checkShape(name, shape, (arrays[name] as ArrayLike).shape);
  tf.tidy(() => {
    for (const [name, variable] of own) variable.assign(toTensor(arrays[name] as ArrayLike).toFloat());
  });
}

function weightsOf(where: string, { weights }: Named): Readonly<Record<string, tf.Variable>> {
  if (weights !== undefined) return weights;
  throw new ArgumentError(where, "part", "a cell or layer with `weights`, its variables by name", "one without names");
}

function checkShape(name: string, expected: readonly number[], actual: readonly number[]): void {
  if (expected.join() === actual.join()) return;
  throw new ArgumentError("importWeights", name, `shape [${expected.join(", ")}]`, `shape [${actual.join(", ")}]`);
}

const underScope = (scope: string, name: string) => (scope === "" ? name : `${scope}/${name}`);
