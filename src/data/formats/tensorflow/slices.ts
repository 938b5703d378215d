/** The pieces of a partitioned variable, each stored as a tensor of its own. */

/** A range of each axis. `length` is undefined for a whole axis. */
export type Slice = readonly { readonly start: number; readonly length: number | undefined }[];

/**
 * The key of a piece in a checkpoint's table: 0, the variable's name and the ranges, written so that keys sort as their
 * parts do (TensorFlow's `EncodeTensorNameSlice` and `OrderedCode`).
 *
 * @returns the bytes as a text, a character for each (latin1)
 */
export function sliceKey(name: string, slice: Slice): string {
  const ranges = slice.map(({ start, length = -1 }) => signed(start) + signed(length));
  return `\0${Buffer.from(name).toString("latin1")}\0\x01${increasing(slice.length)}${ranges.join("")}`;
}

/** How many bytes follow, and these. */
function increasing(value: number): string {
  return value === 0 ? "\0" : `\x01${String.fromCharCode(value)}`; // at most 254 axes
}

/** The number's bytes, the highest first; the first bits say how many there are, as 1, 11, 111 … */
function signed(value: number): string {
  if (value < 64) return String.fromCharCode(0x80 ^ (value & 0xff));
  let length = 2;
  while (value >= 2 ** (7 * length - 1)) length++;
  const bytes = Array.from({ length }, (_, i) => Math.floor(value / 2 ** (8 * (length - 1 - i))) & 0xff);
  const header = 0xff00 >> Math.min(length, 8);
  bytes[0] = (bytes[0] as number) ^ (header & 0xff);
  return String.fromCharCode(...bytes);
}

/** Copies a piece's values to their places in the whole. Both are row-major. */
export function placeSlice<D extends { set(values: D, at: number): void; subarray(from: number, to: number): D }>(
  whole: { readonly data: D; readonly shape: readonly number[] },
  piece: { readonly data: D; readonly shape: readonly number[] },
  starts: readonly number[],
): void {
  const run = piece.shape.at(-1) ?? 1;
  const rows = piece.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  for (let row = 0; row < rows; row++) {
    let [rest, at, step] = [row, starts.at(-1) ?? 0, whole.shape.at(-1) ?? 1];
    for (let axis = piece.shape.length - 2; axis >= 0; axis--) {
      const size = piece.shape[axis] as number;
      at += ((rest % size) + (starts[axis] as number)) * step;
      rest = Math.floor(rest / size);
      step *= whole.shape[axis] as number;
    }
    whole.data.set(piece.data.subarray(row * run, (row + 1) * run), at);
  }
}
