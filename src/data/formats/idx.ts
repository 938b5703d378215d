import { arrayOfRank, type NumericArray } from "../array";
import { checkWhole, DataError } from "../errors";
import type { NextRank } from "../rank";
import { gunzip } from "./gunzip";

/** The header that an IDX file of bytes must have. */
export interface IdxFormat<S extends readonly number[] = readonly number[]> {
  /** The shape of one item: [28, 28] for images, [] for labels. The rank determines the magic number (2051, 2049). */
  readonly itemShape: S;
  /** The largest number of items that are read. */
  readonly maxCount: number;
}

/**
 * Reads a gzipped IDX file of unsigned bytes, the format of MNIST (http://yann.lecun.com/exdb/mnist): big-endian
 * 32-bit numbers (magic, count, the sizes of one item), then the items.
 *
 * @example
 *   const { readFile } = await import("node:fs/promises");
 *   const name = "t10k-images-idx3-ubyte.gz";
 *   const images = await readIdx(await readFile(name), name, { itemShape: [28, 28], maxCount: 10_000 });
 *
 * @param file the name of the bytes in errors
 * @returns `[count, ...itemShape]`
 * @throws DataError naming the file, the field, what was expected and what was found
 */
export async function readIdx<S extends readonly number[] | readonly []>(
  packed: Uint8Array,
  file: string,
  format: IdxFormat<S>,
): Promise<NumericArray<Uint8Array, NextRank<S["length"]>>> {
  const headSize = 8 + 4 * format.itemShape.length;
  const total = (head: Uint8Array) => headSize + checkHead(head, file, format) * itemSize(format);
  const bytes = await gunzip(packed, file, { headSize, total });
  const count = (bytes.length - headSize) / itemSize(format);
  return arrayOfRank(bytes.subarray(headSize), [count, ...format.itemShape]);
}

/** Checks the header. @returns the number of items */
function checkHead(head: Uint8Array, file: string, { itemShape, maxCount }: IdxFormat): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = 0x0800 + 1 + itemShape.length; // 0, 0, 8 for unsigned bytes, the number of axes
  if (view.getUint32(0) !== magic) throw new DataError(file, "magic", `${magic}`, `${view.getUint32(0)}`);
  itemShape.forEach((size, axis) => {
    const actual = view.getUint32(8 + 4 * axis);
    if (actual !== size) throw new DataError(file, `size of axis ${axis + 1}`, `${size}`, `${actual}`);
  });
  checkWhole(file, "count", view.getUint32(4), 1, maxCount);
  return view.getUint32(4);
}

function itemSize(format: IdxFormat): number {
  return format.itemShape.reduce((product, size) => product * size, 1);
}
