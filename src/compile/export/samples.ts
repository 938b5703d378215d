import { describe } from "../../arguments";
import * as tf from "../../tf";
import { refuseAssignment } from "../capture/refuse-assignment";
import { DTYPES } from "../engine/dtypes";
import { CompileError } from "../errors";
import type { Input } from "./input-spec";

/** The content of a tensor, outside the engine. */
export interface Example {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Inputs of a function, and its outputs for them. */
export interface Examples {
  readonly inputs: Readonly<Record<string, Example>>;
  readonly outputs: Readonly<Record<string, Example>>;
}

/** A function from tensors by name to tensors by name. */
export type Compute = (inputs: Record<string, tf.Tensor>) => Readonly<Record<string, tf.Tensor>>;

/** Makes the example of an input: its number at flat index `i`, given the shapes of all inputs by name. */
export type ExampleOf = (i: number, shapes: Readonly<Record<string, readonly number[]>>) => number;

/**
 * Calls a function eagerly on example inputs of the given sizes.
 *
 * @param own makes the numbers of an input, by its name. Default: a sine's, or zeros where the input is not float32.
 * @throws CompileError on a number that the input's type does not have, and when the outputs are not finite tensors by name
 */
export function examplesAt(
  compute: Compute,
  inputs: readonly Input[],
  sizeNamed: (name: string) => number,
  own: Readonly<Record<string, ExampleOf>>,
): Examples {
  const given = exampleInputs(inputs, sizeNamed, own);
  const outputs = outputsOf(compute, given);
  for (const [name, { values }] of Object.entries(outputs)) checkFinite(name, values);
  return { inputs: given, outputs };
}

/** Example inputs of the given sizes. @throws CompileError on a number that the input's type does not have */
export function exampleInputs(
  inputs: readonly Input[],
  sizeNamed: (name: string) => number,
  own: Readonly<Record<string, ExampleOf>>,
): Examples["inputs"] {
  const shapes = Object.fromEntries(
    inputs.map(({ name, shape }) => [name, shape.map((size) => (typeof size === "number" ? size : sizeNamed(size)))]),
  );
  const given = inputs.map(({ name, dtype }): [string, Example] => {
    const shape = shapes[name] as number[];
    const count = shape.reduce((product, size) => product * size, 1);
    const numberOf = own[name] ?? (dtype === "float32" ? sine : () => 0);
    const values = new DTYPES[dtype].array(count);
    for (let i = 0; i < count; i++) values[i] = checkNumber(name, dtype, numberOf(i, shapes));
    return [name, { shape, dtype, values }];
  });
  return Object.fromEntries(given);
}

function outputsOf(compute: Compute, given: Examples["inputs"]): Record<string, Example> {
  const allow = refuseAssignment(keepsState);
  try {
    return tf.tidy(() => {
      const made = compute(Object.fromEntries(Object.entries(given).map(([name, it]) => [name, tensorOf(it)])));
      const entries = Object.entries(made ?? {});
      const wrong = entries.find(([, tensor]) => !(tensor instanceof tf.Tensor));
      if (made instanceof tf.Tensor || entries.length === 0 || wrong) {
        const got = made instanceof tf.Tensor ? "a tensor" : wrong ? `${describe(wrong[1])} as ${wrong[0]}` : "none";
        throw new CompileError(`export: the function must return tensors by name, got ${got}`);
      }
      return Object.fromEntries(entries.map(([name, tensor]) => [name, exampleOf(tensor)])) as never;
    });
  } finally {
    allow();
  }
}

const keepsState = (shape: readonly number[]) =>
  `export: the function assigns to a variable of shape [${shape}]: a model that keeps a state between calls cannot be ` +
  "exported. Give the state as an input and return the new one as an output (inferenceGraph takes several of both)";

const sine: ExampleOf = (i) => Math.sin(i + 1);

function checkNumber(name: string, dtype: string, value: number): number {
  const number = dtype === "float32" ? Math.fround(value) : value;
  if (dtype === "float32" ? Number.isFinite(number) : (number | 0) === number) return number;
  throw new CompileError(`export: examples.${name}: expected an ${dtype} number, got ${value}`);
}

/** NaN equals nothing, so such outputs could not be compared; and JSON has neither NaN nor infinities. */
function checkFinite(name: string, values: Example["values"]): void {
  const wrong = values.find((value: number) => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new CompileError(
    `export: ${name}: expected finite numbers, got ${wrong}, with the inputs that it is tried with`,
  );
}

export const tensorOf = ({ values, shape, dtype }: Example): tf.Tensor =>
  tf.tensor(values.slice(), [...shape], dtype as "float32"); // a copy, because a tensor may share its array's memory

const exampleOf = (tensor: tf.Tensor): Example => ({
  ...{ shape: tensor.shape.slice(), dtype: tensor.dtype, values: tensor.dataSync().slice() as Example["values"] },
});

/**
 * Checks the outputs of an exported graph against the function's. They may differ by what float32 rounds away when sums
 * are computed in another order: by 1e-4 of the largest number of an output, or of 1.
 *
 * @throws CompileError naming the output
 */
export function checkOutputs(where: string, expected: Examples["outputs"], got: readonly tf.Tensor[]): void {
  Object.entries(expected).forEach(([name, { shape, values }], i) => {
    const actual = got[i] as tf.Tensor;
    const scale = (values as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = (actual.dataSync() as Float32Array).reduce((most, value, j) => {
      return Math.max(most, Math.abs(value - (values[j] as number)) / scale);
    }, 0);
    if (actual.shape.join() === shape.join() && worst <= 1e-4) return;
    throw new CompileError(
      `export: ${where} gives other outputs than the function: ${name} of shape [${actual.shape}], expected [${shape}], ` +
        `largest difference ${worst} of ${scale}. Does the function look at values, or treat some sizes otherwise?`,
    );
  });
}
