/**
 * A symbolic dimension: a whole number that depends on sizes s₁ … sₙ (the batch size, the number of time steps) as a sum
 * over all sets of them,
 *
 *   c₀ + c₁·s₁ + c₂·s₂ + c₃·s₁·s₂ + …
 *
 * It is the list of coefficients; bit i of a coefficient's index says whether sᵢ is in its set. The dimensions of shapes
 * are of this kind: T·B rows, T − 1 steps, 4n.
 */
export type Size = readonly number[];

/** The sizes at which a function is captured, and at which its graph is verified. */
export interface Samples {
  readonly names: readonly string[];
  /**
   * The points to capture at: all combinations of a smaller and a larger value of each size (bit i of a point's index says
   * which value of size i), then one more point.
   */
  readonly points: readonly (readonly number[])[];
  /** The points to verify at: one at which the function was captured, and a larger one. */
  readonly trials: readonly [readonly number[], ...(readonly number[])[]];
}

/** The most numbers in the inputs of the larger trial. Where fixed sizes are large (a batch of 100,000), it has fewer steps. */
const MOST_NUMBERS = 2 ** 22;
/** The free sizes of the larger trial: the first that keeps to that number. */
const LARGE = [131, 67, 35, 19];

/**
 * Chooses the points. No size is 0 or 1, which functions may treat differently, and no two sizes are equal. The larger
 * trial finds a dimension that follows a size only up to a limit, as `Math.min(T, 28)` does: its free sizes are 131 and
 * more, and its batch is 8, so that outputs stay small. It does not find a limit above its own sizes.
 *
 * @param shapes of the inputs: numbers, and names of free sizes
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

/** The size of a name at a point. */
export const sizeAt =
  ({ names }: Samples, at: readonly number[]) =>
  (name: string): number =>
    at[names.indexOf(name)] as number;

/** The symbolic dimension that has these values at the samples' points; undefined when there is none. */
export function sizeOf(values: readonly number[], { points }: Samples): Size | undefined {
  const corners = values.slice(0, -1);
  const size = coefficients(corners);
  const last = evaluate(size, points.at(-1) as readonly number[]);
  return last === values.at(-1) && size.every(Number.isInteger) ? size : undefined;

  function coefficients(rest: readonly number[]): number[] {
    if (rest.length === 1) return [...rest];
    const half = rest.length / 2; // the second half has the larger value of the last remaining size
    const low = (points[0] as readonly number[])[Math.log2(half)] as number;
    const slopes = rest.slice(half).map((value, i) => value - (rest[i] as number)); // the larger value is 1 more than the smaller one
    const base = rest.slice(0, half).map((value, i) => value - low * (slopes[i] as number));
    return [...coefficients(base), ...coefficients(slopes)];
  }
}

/** The value of a symbolic dimension for sizes s₁ … sₙ. */
export const evaluate = (size: Size, sizes: readonly number[]): number =>
  size.reduce((sum, c, bits) => sum + sizes.reduce((term, s, i) => (((bits >> i) & 1) === 1 ? term * s : term), c), 0);

/** Whether a symbolic dimension is a number that depends on no size. */
export const isFixed = (size: Size): boolean => size.slice(1).every((c) => c === 0);
