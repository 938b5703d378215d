/**
 * The next of the sizes 1, 2, 3, 4, 6, 8, 12, 16, 24, …: at most a third of it is padding. Each size is a graph of its own, so
 * that sizes which vary are rounded up to few.
 */
export function roundedUp(size: number): number {
  const power = 2 ** Math.ceil(Math.log2(size));
  return power >= 4 && size <= 0.75 * power ? 0.75 * power : power;
}
