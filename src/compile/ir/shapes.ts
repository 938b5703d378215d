type Shape = readonly number[];

/** How many elements a value has. */
export const count = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** The shape that two shapes broadcast to; undefined if they do not. */
export function broadcast(a: Shape, b: Shape): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const padded = (shape: Shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [left, right] = [padded(a), padded(b)];
  const fits = left.every((size, axis) => size === right[axis] || size === 1 || right[axis] === 1);
  return fits ? left.map((size, axis) => (size === 1 ? (right[axis] as number) : size)) : undefined;
}

/** The shape of a transposed value. */
export const moveAxes = (shape: Shape, axes: Shape): number[] => axes.map((axis) => shape[axis] as number);

/** The shape that is left when some axes are reduced. */
export function reduce(shape: Shape, axes: Shape, keepDims: boolean): number[] {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
  return shape.flatMap((size, axis) => (reduced.has(axis) ? (keepDims ? [1] : []) : [size]));
}
