import * as tf from "../../tf";
import type { RNNCell } from "../cell";
import { describe } from "../checks";
import { ArgumentError } from "../errors";
import { type ArrayLike, toTensor } from "../to-tensor";
import { namedWeights } from "./weights";

/** A cell or layer: a part of a model that has weights by name. */
export interface Named {
  readonly weights?: RNNCell["weights"];
  readonly variables: readonly tf.Variable[];
}

/** The values of weights by TensorFlow 1.x's names. */
export type NamedArrays = Readonly<Record<string, ArrayLike>>;

/**
 * Copies the weights of a cell or layer into arrays, by TensorFlow 1.x's names and in its layout: a kernel has first
 * the rows that multiply the inputs, then the rows that multiply the state; an LSTM's columns are the gates i, j, f, o.
 *
 * @example
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const arrays = exportWeights(cell);
 *   console.log(arrays["rnn/gru_cell/gates/kernel"]?.shape); // [7, 8]
 *
 * @param scope the prefix of each name. Default: "rnn" for a cell, as TensorFlow's `dynamic_rnn` has it; "" for a
 *   layer.
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
 * Assigns weights that were trained elsewhere to a cell or layer, by TensorFlow 1.x's names and in its layout.
 *
 * @example
 *   const trained = new GRUCell({ inputSize: 3, numUnits: 4, seed: 42 });
 *   const cell = new GRUCell({ inputSize: 3, numUnits: 4 });
 *   importWeights(cell, exportWeights(trained)); // `loadSafetensors` of "unroll/data" reads such arrays from a file
 *
 * @param scope the prefix of each name, as for `exportWeights`
 * @throws ArgumentError that names a weight which is missing or superfluous, or has another shape. After an error no
 *   weight is changed
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
