import { expect } from "vitest";
import * as tf from "../../src/tf";

// biome-ignore lint/suspicious/noExplicitAny: one table of functions of tensors of several ranks
export type Operation = (...inputs: any[]) => tf.Tensor | tf.Tensor[];

/** A function and the shapes of its inputs, whose elements are distinct numbers between two limits. */
export interface Case {
  readonly of: Operation;
  readonly shapes: readonly number[][];
  readonly from: number;
  readonly to: number;
}

export const on = (shapes: number[][], of: Operation, [from, to] = [-1, 1] as [number, number]): Case => ({
  of,
  shapes,
  from,
  to,
});

/** How far an element is moved. Float32 rounds a difference of two values by about 1e-7 / 2H, and H² / 6 is left out. */
const H = 0.01;

/**
 * Distinct numbers in a seeded order. No two are so near that a step of a difference could change which one is larger, as
 * long as there are few for each unit; and none is so near to the middle, where many functions have a kink.
 */
export function inputsOf({ shapes, from, to }: Case, seed: number): tf.Tensor[] {
  const sizes = shapes.map((shape) => tf.util.sizeFromShape(shape));
  const size = sizes.reduce((sum, each) => sum + each, 0);
  const count = size + (size % 2); // an even number of places leaves the middle free
  const order = shuffled(count, seed);
  const values = order.map((place) => from + ((to - from) * (place + 0.5 + 0.25 * Math.sin(3 * place))) / count);
  let start = 0;
  return shapes.map((shape, i) => {
    const own = values.slice(start, start + (sizes[i] as number));
    start += own.length;
    return tf.tensor(own, [...shape]);
  });
}

function shuffled(count: number, seed: number): number[] {
  const keys = tf.randomUniform([count], 0, 1, "float32", seed).dataSync();
  return Array.from(keys.keys()).sort((a, b) => (keys[a] as number) - (keys[b] as number));
}

/** Σ of all outputs' elements, each with another weight. @param seen is told which kernels the tape has */
const weighted =
  (of: Operation, seen?: (kernel: string) => void) =>
  (...inputs: tf.Tensor[]): tf.Scalar => {
    const made = [of(...inputs)].flat();
    for (const { kernelName } of tf.engine().state.activeTape ?? []) seen?.(kernelName);
    const sums = made.map((y) => {
      const weights = tf.add(1, tf.mul(0.5, tf.cos(tf.reshape(tf.range(0, y.size), y.shape))));
      return tf.sum(tf.mul(tf.cast(y, "float32"), weights));
    });
    return sums.reduce((sum, each) => tf.add(sum, each)) as tf.Scalar;
  };

/** Gradients; zeros for an input that the value does not depend on. */
function gradientsOf(value: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const { grads } = tf.engine().gradients(() => value(...inputs), [...inputs], undefined, true);
  return inputs.map((x, i) => grads[i] ?? tf.zerosLike(x));
}

export const firstOrder = (of: Operation, inputs: readonly tf.Tensor[], seen?: (kernel: string) => void) =>
  gradientsOf(weighted(of, seen), inputs);

/** The product of the second derivatives and a direction. */
export function secondOrder(of: Operation, inputs: readonly tf.Tensor[], direction: readonly tf.Tensor[]) {
  const along = (...given: tf.Tensor[]) =>
    firstOrder(of, given)
      .map((gradient, i) => tf.sum(tf.mul(gradient, direction[i] as tf.Tensor)))
      .reduce((sum, each) => tf.add(sum, each));
  return gradientsOf(along, inputs);
}

/** Expects that the gradients agree with central differences: 1e-2 of the value, and 1e-3. @returns the kernels on the tape */
export function expectFirstOrder({ of }: Case, inputs: readonly tf.Tensor[]): ReadonlySet<string> {
  const kernels = new Set<string>();
  const first = firstOrder(of, inputs, (kernel) => kernels.add(kernel));
  inputs.forEach((_, i) => {
    compare("first", first[i] as tf.Tensor, differencesOf(of, inputs, i));
  });
  return kernels;
}

/** The same of second derivatives, each against the difference of two gradients. */
export function expectSecondOrder({ of }: Case, inputs: readonly tf.Tensor[]): void {
  const direction = directionOf(inputs);
  const [after, before] = [H, -H].map((step) =>
    firstOrder(
      of,
      inputs.map((x, i) => tf.add(x, tf.mul(step, direction[i] as tf.Tensor))),
    ),
  ) as [tf.Tensor[], tf.Tensor[]];
  for (const [i, made] of secondOrder(of, inputs, direction).entries()) {
    compare("second", made, tf.div(tf.sub(after[i] as tf.Tensor, before[i] as tf.Tensor), 2 * H).dataSync());
  }
}

/** A direction in which all elements of all inputs move. */
export const directionOf = (inputs: readonly tf.Tensor[]): tf.Tensor[] =>
  inputs.map(({ shape, size }) => tf.cos(tf.reshape(tf.range(2, size + 2), shape)));

/** The central difference for each element of one input. */
function differencesOf(of: Operation, inputs: readonly tf.Tensor[], which: number): number[] {
  const value = weighted(of);
  const x = inputs[which] as tf.Tensor;
  const values = x.dataSync();
  const valueAt = (i: number, step: number) =>
    tf.tidy(() => {
      const moved = Float32Array.from(values);
      moved[i] = (moved[i] as number) + step;
      return value(...inputs.map((input, j) => (j === which ? tf.tensor(moved, x.shape) : input))).dataSync()[0];
    }) as unknown as number;
  return Array.from(values, (_, i) => (valueAt(i, H) - valueAt(i, -H)) / (2 * H));
}

function compare(order: string, made: tf.Tensor, expected: ArrayLike<number>): void {
  const values = made.dataSync();
  Array.from(values).forEach((value, i) => {
    const right = expected[i] as number;
    const isClose = Math.abs(value - right) <= 1e-2 * Math.max(Math.abs(value), Math.abs(right)) + 1e-3;
    if (isClose) return;
    expect.fail(`${order} order, element ${i}: got ${value}, differences give ${right}`);
  });
}
