/**
 * A whole number that depends on sizes s₁ … sₙ (the batch's, the number of time steps): a sum over all sets of them,
 *
 *   c₀ + c₁·s₁ + c₂·s₂ + c₃·s₁·s₂ + …
 *
 * Coefficients by the set's bits: bit i of the place stands for sᵢ. Shapes are of this kind: T·B rows, T − 1 steps, 4n.
 */
export type Size = readonly number[];

/** The sizes that a function is captured and tried at, by their names. */
export interface Samples {
  readonly names: readonly string[];
  /** All combinations of a smaller and a larger value of each (bit i of the place says which of size i), then one more. */
  readonly points: readonly (readonly number[])[];
  /** Where the graph is tried out: a point that it was captured at, and a larger one that it was not. */
  readonly trials: readonly [readonly number[], ...(readonly number[])[]];
}

/** So many numbers, at most, go into the larger trial: where fixed sizes are large (a batch of 100 000), it has fewer steps. */
const MOST_NUMBERS = 2 ** 22;
const LARGE = [131, 67, 35, 19];

/**
 * No size is 0 or 1, which functions may treat otherwise, or another's. What follows `T` at small sizes and no longer at
 * large ones, as `Math.min(T, 28)` does, is seen by the larger trial: of 131 and more, of a batch of 8, so that outputs
 * stay small. A limit above those is not seen.
 *
 * @param shapes of the inputs, of numbers and names
 */
export function samplesOf(names: readonly string[], shapes: readonly (readonly (number | string)[])[] = []): Samples {
  const corners = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.map((_, i) => 2 * i + 2 + ((bits >> i) & 1)),
  );
  const last = names.map((_, i) => 7 + 3 * i);
  const largeOf = (least: number) => names.map((name, i) => (name === "batch" ? 8 : least + 2 * i));
  const numbersAt = (at: readonly number[]) =>
    shapes
      .map((shape) => shape.map((size) => (typeof size === "number" ? size : (at[names.indexOf(size)] as number))))
      .reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const large = LARGE.map(largeOf).find((at) => numbersAt(at) <= MOST_NUMBERS) ?? largeOf(LARGE.at(-1) as number);
  return { names, points: [...corners, last], trials: names.length === 0 ? [last] : [last, large] };
}

/** The sizes at one of the samples' points, by name. */
export const sizeAt =
  ({ names }: Samples, at: readonly number[]) =>
  (name: string): number =>
    at[names.indexOf(name)] as number;

/** The size that has those values at the samples' points; undefined when it is none, or is no whole number. */
export function sizeOf(values: readonly number[], { points }: Samples): Size | undefined {
  const corners = values.slice(0, -1);
  const size = coefficients(corners);
  const last = evaluate(size, points.at(-1) as readonly number[]);
  return last === values.at(-1) && size.every(Number.isInteger) ? size : undefined;

  function coefficients(rest: readonly number[]): number[] {
    if (rest.length === 1) return [...rest];
    const half = rest.length / 2; // the higher half has the larger value of the last size that is left
    const low = (points[0] as readonly number[])[Math.log2(half)] as number;
    const slopes = rest.slice(half).map((value, i) => value - (rest[i] as number)); // the larger value is one more
    const base = rest.slice(0, half).map((value, i) => value - low * (slopes[i] as number));
    return [...coefficients(base), ...coefficients(slopes)];
  }
}

/** The size's value for sizes s₁ … sₙ. */
export const evaluate = (size: Size, sizes: readonly number[]): number =>
  size.reduce((sum, c, bits) => sum + sizes.reduce((term, s, i) => (((bits >> i) & 1) === 1 ? term * s : term), c), 0);

export const isFixed = (size: Size): boolean => size.slice(1).every((c) => c === 0);
