/** Sizes, and how far from element to element in several arrays. */
export interface Strided {
  readonly sizes: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** How far from element to element along each axis of a value whose elements lie side by side. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/** The same, for a value that is broadcast to a shape: 0 where it has one element for all. */
export function broadcastStrides(shape: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return [...new Array<number>(to.length - shape.length).fill(0), ...strides];
}

/**
 * The same elements over as few axes as can be: without axes of size 1, and with one axis in place of two whose elements
 * follow each other in all arrays.
 *
 * @param rank how many axes the result has, the first ones of size 1
 * @returns undefined where more axes are left
 */
export function collapsed(
  sizes: readonly number[],
  strides: readonly (readonly number[])[],
  rank: number,
): Strided | undefined {
  const axes: { size: number; steps: number[] }[] = [];
  sizes.forEach((size, axis) => {
    if (size === 1) return;
    const steps = strides.map((each) => each[axis] as number);
    const last = axes.at(-1);
    if (last?.steps.every((step, i) => step === (steps[i] as number) * size)) {
      last.size *= size;
      last.steps = steps;
    } else axes.push({ size, steps });
  });
  if (axes.length > rank) return undefined;
  const missing = (value: number) => new Array<number>(rank - axes.length).fill(value);
  return {
    sizes: [...missing(1), ...axes.map(({ size }) => size)],
    strides: strides.map((_, i) => [...missing(0), ...axes.map(({ steps }) => steps[i] as number)]),
  };
}

/** Whether elements of these sizes and strides lie side by side. */
export function areSideBySide(sizes: readonly number[], strides: readonly number[]): boolean {
  const made = collapsed(sizes, [strides], 1);
  return made !== undefined && (made.sizes[0] === 1 || made.strides[0]?.[0] === 1);
}
