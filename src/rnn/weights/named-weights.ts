import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { describe } from "../checks";
import { ArgumentError } from "../errors";
import { type ArrayLike, toTensor } from "../to-tensor";
import { namedWeights } from "./weights";

/** What has weights by name: a cell, or a layer. */
export interface Named {
  readonly weights?: RNNCell["weights"];
  readonly variables: readonly tf.Variable[];
}

/** Weights by TensorFlow 1.x's names. */
export type NamedArrays = Readonly<Record<string, ArrayLike>>;

/**
 * The weights as arrays, by TensorFlow 1.x's names and in its layout: a kernel's rows are those of the inputs, then of
 * the state; an LSTM's columns are the gates i, j, f, o.
 *
 * @param scope what stands before each name; a cell's are under "rnn", where `dynamic_rnn` puts them, a layer's under
 *   nothing
 */
export function exportWeights(
  part: Named,
  scope = scopeOf(part),
): Record<string, { data: Float32Array; shape: number[] }> {
  const entries = Object.entries(namedWeights(part)).map(([name, variable]) => {
    const data = Float32Array.from(variable.dataSync()); // a copy: the tensor may share its memory
    return [underScope(scope, name), { data, shape: variable.shape.slice() }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Gives a cell or layer the weights that were trained elsewhere, by TensorFlow 1.x's names and in its layout.
 *
 * @param scope what stands before each name, as for `exportWeights`
 * @throws ArgumentError naming a weight that is missing, left over, or of another shape; nothing is changed then
 */
export function importWeights(part: Named, arrays: NamedArrays, scope = scopeOf(part)): void {
  const own = Object.entries(namedWeights(part)).map(
    ([name, variable]) => [underScope(scope, name), variable] as const,
  );
  const expected = own.map(([name]) => name);
  const missing = expected.find((name) => !Object.hasOwn(arrays, name));
  if (missing !== undefined) {
    throw new ArgumentError("importWeights", "arrays", `a weight named ${missing}`, listed(arrays));
  }
  const surplus = Object.keys(arrays).find((name) => !expected.includes(name));
  if (surplus !== undefined) {
    throw new ArgumentError("importWeights", "arrays", `only ${expected.join(", ")}`, `also ${surplus}`);
  }
  for (const [name, { shape }] of own) checkArray(name, shape, arrays[name] as ArrayLike);
  tf.tidy(() => {
    for (const [name, variable] of own) variable.assign(toTensor(arrays[name] as ArrayLike).toFloat());
  });
}

function checkArray(name: string, expected: readonly number[], { data, shape }: ArrayLike): void {
  const size = expected.reduce((product, length) => product * length, 1);
  const isNumbers = data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;
  if (expected.join() === shape?.join() && isNumbers && data.length === size) return;
  const kind = isNumbers ? `${data.length} values` : describe(data);
  const what = `shape [${expected.join(", ")}] of float32 or whole numbers`;
  throw new ArgumentError("importWeights", name, what, `shape [${shape?.join(", ")}] with ${kind}`);
}

const listed = (arrays: NamedArrays) => Object.keys(arrays).join(", ") || "no weights";

const scopeOf = (part: Named) => ("zeroState" in part ? "rnn" : "");
const underScope = (scope: string, name: string) => (scope === "" ? name : `${scope}/${name}`);
