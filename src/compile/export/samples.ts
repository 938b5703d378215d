import * as tf from "../../tf";
import { CompileError } from "../errors";
import type { Input } from "./input-spec";

/** A tensor's content outside the engine. */
export interface Example {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** Inputs and the outputs that belong to them. */
export interface Examples {
  readonly inputs: Readonly<Record<string, Example>>;
  readonly outputs: Readonly<Record<string, Example>>;
}

/** Calls a function, one operation at a time, with inputs of the given sizes: a sine's numbers, or zeros. */
export function examplesAt(
  compute: (inputs: Record<string, tf.Tensor>) => Readonly<Record<string, tf.Tensor>>,
  inputs: readonly Input[],
  sizes: readonly string[],
  at: readonly number[],
): Examples {
  const given = inputs.map(({ name, dtype, shape }): [string, Example] => {
    const own = shape.map((size) => (typeof size === "number" ? size : (at[sizes.indexOf(size)] as number)));
    const count = own.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, (_, i) => (dtype === "float32" ? Math.fround(Math.sin(i + 1)) : 0));
    return [name, { shape: own, dtype, values }];
  });
  const outputs = tf.tidy(() => {
    const made = compute(Object.fromEntries(given.map(([name, example]) => [name, tensorOf(example)])));
    const entries = Object.entries(made ?? {});
    const wrong = entries.find(([, tensor]) => !(tensor instanceof tf.Tensor));
    if (made instanceof tf.Tensor || entries.length === 0 || wrong) {
      const got = made instanceof tf.Tensor ? "a tensor" : wrong ? `${typeof wrong[1]} ${wrong[0]}` : "none";
      throw new CompileError(`export: the function must return tensors by name, got ${got}`);
    }
    return Object.fromEntries(entries.map(([name, tensor]) => [name, exampleOf(tensor)])) as never;
  }) as Record<string, Example>;
  return { inputs: Object.fromEntries(given), outputs };
}

export const tensorOf = ({ values, shape, dtype }: Example): tf.Tensor =>
  tf.tensor([...values], [...shape], dtype as "float32");

export const exampleOf = (tensor: tf.Tensor): Example => ({
  ...{ shape: tensor.shape.slice(), dtype: tensor.dtype, values: Array.from(tensor.dataSync()) },
});

/**
 * Refuses outputs that are not those expected, up to the rounding of float32 in another order of operations.
 *
 * @throws CompileError naming the output
 */
export function checkOutputs(where: string, expected: Examples["outputs"], got: readonly tf.Tensor[]): void {
  Object.entries(expected).forEach(([name, { shape, values }], i) => {
    const actual = got[i] as tf.Tensor;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = Array.from(actual.dataSync()).reduce((most, value, j) => {
      return Math.max(most, Math.abs(value - (values[j] as number)) / scale);
    }, 0);
    if (actual.shape.join() === shape.join() && worst <= 1e-4) return;
    throw new CompileError(
      `export: ${where} gives other outputs than the function: ${name} of shape [${actual.shape}], expected [${shape}], ` +
        `largest difference ${worst} of ${scale}. Does the function look at values, or treat some sizes otherwise?`,
    );
  });
}
