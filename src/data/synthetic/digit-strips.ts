import { allocate } from "../allocate";
import { type NumericArray, numericArray, rowCount } from "../array";
import type { Dataset } from "../batches";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { Random } from "../random";

const SIDE = 28; // pixels of an image of MNIST
const NARROWEST = 1; // columns between two digits
const WIDEST = 8;

/** Pictures of several digits, and what they show. */
export interface DigitStrips {
  /** Pixels 0 (background) to 255 (ink), `[count, height, width]`. */
  readonly x: NumericArray<Uint8Array, 3>;
  /** The digits of each picture, 0 to 9, from left to right. */
  readonly digits: Int32Array[];
  /** The middle of each digit's ink in the picture, in columns from the left edge, such as 12.5. */
  readonly middles: Float32Array[];
}

export interface DigitStripsOptions {
  /** The number of pictures. Required. */
  count: number;
  /** Fixes the digits, their numbers and places. Default: 0. */
  seed?: number;
  /** A picture has at least so many digits. Default: 1. */
  minDigits?: number;
  /** A picture has at most so many digits; each number from `minDigits` on is equally likely. Default: 4. */
  maxDigits?: number;
  /** The height of a picture, in pixels. Default: 32. */
  height?: number;
  /** The width of a picture, in pixels. Default: 144. */
  width?: number;
}

const OPTIONS = ["count", "seed", "minDigits", "maxDigits", "height", "width"];

/**
 * Generates pictures of several handwritten digits side by side, as a caption model reads them. Each digit is an image
 * of `digits` without its empty columns at the left and right. The gaps between two digits are 1 to 8 columns wide
 * (less where the picture would be too narrow), the first digit begins anywhere where all of them fit, and each digit
 * has a height of its own in the picture. All of it is drawn anew for each picture.
 *
 * The test pictures of a model are made of images that its training pictures were not made of, such as MNIST's test
 * set.
 *
 * @example
 *   const strips = digitStrips(drawnDigits({ count: 100 }), { count: 1000, seed: 42 }); // x: [1000, 32, 144]
 *   console.log(strips.digits[0]); // such as Int32Array [ 3, 7, 1 ]
 *
 * @param digits images `[examples, 28, 28]` and their digits, as `loadMnist` and `drawnDigits` give them
 * @throws DataError for options out of range, images of another size, an image without ink, and a width in which
 *   `maxDigits` of the widest images with gaps of one column do not fit
 */
export function digitStrips(digits: Dataset<Uint8Array, Int32Array>, options: DigitStripsOptions): DigitStrips {
  checkOptions("digitStrips", options, OPTIONS);
  const { count, seed = 0, minDigits = 1, maxDigits = 4, height = 32, width = 144 } = options;
  checkWhole("digitStrips", "count", count, 0, 1_000_000);
  checkWhole("digitStrips", "maxDigits", maxDigits, 1, 100);
  checkWhole("digitStrips", "minDigits", minDigits, 1, maxDigits);
  checkWhole("digitStrips", "height", height, SIDE, 1_000);
  if (digits?.x?.shape === undefined || digits.y?.shape === undefined) {
    throw new DataError("digitStrips", "digits", "{ x, y }, images and their digits", typeof digits);
  }
  const inks = inkOf(digits);
  const widest = inks.reduce((most, ink) => Math.max(most, ink.width), 0);
  checkWhole("digitStrips", "width", width, maxDigits * (widest + NARROWEST) - NARROWEST, 10_000);
  const random = new Random(seed);
  const x = allocate("digitStrips", "count", Uint8Array, count * height * width);
  const pictures = Array.from({ length: count }, (_, picture) => {
    const rows = Array.from({ length: minDigits + random.integer(maxDigits - minDigits + 1) }, () =>
      random.integer(inks.length),
    );
    const drawn = rows.map((row) => inks[row] as Ink);
    const free = drawn.reduce((left, ink) => left - ink.width, width);
    const gaps = gapsIn(free, drawn.length - 1, random);
    let left = random.integer(free - gaps.reduce((sum, gap) => sum + gap, 0) + 1);
    const middles = drawn.map((ink, i) => {
      stamp(x, picture * height + random.integer(height - SIDE + 1), left, width, ink);
      const middle = left + ink.width / 2;
      left += ink.width + (gaps[i] ?? 0);
      return middle;
    });
    return {
      digits: Int32Array.from(rows, (row) => digits.y.data[row] as number),
      middles: Float32Array.from(middles),
    };
  });
  const shown = numericArray(x, [count, height, width]);
  return { x: shown, digits: pictures.map((each) => each.digits), middles: pictures.map((each) => each.middles) };
}

/** An image's columns from the first with ink to the last. */
interface Ink {
  readonly image: Uint8Array;
  readonly first: number;
  readonly width: number;
}

function inkOf({ x, y }: Dataset<Uint8Array, Int32Array>): Ink[] {
  const rows = rowCount(x);
  if (x.shape.slice(1).join() !== `${SIDE},${SIDE}` || rowCount(y) !== rows || rows === 0) {
    const actual = `[${x.shape.join(", ")}] and [${y.shape.join(", ")}]`;
    throw new DataError("digitStrips", "digits", "images [rows, 28, 28] and as many digits", actual);
  }
  return Array.from({ length: rows }, (_, row) => {
    const image = x.data.subarray(row * SIDE ** 2, (row + 1) * SIDE ** 2);
    let [first, last] = [SIDE, -1];
    image.forEach((pixel, i) => {
      if (pixel > 0) [first, last] = [Math.min(first, i % SIDE), Math.max(last, i % SIDE)];
    });
    if (last < 0) throw new DataError("digitStrips", `digits.x[${row}]`, "an image with ink", "0 in every pixel");
    return { image, first, width: last - first + 1 };
  });
}

/** The widths of the gaps: each is drawn from what the gaps after it leave, if these are the narrowest. */
function gapsIn(free: number, count: number, random: Random): number[] {
  const gaps: number[] = [];
  let left = free;
  for (let after = count - 1; after >= 0; after--) {
    const most = Math.min(WIDEST, left - after * NARROWEST);
    const gap = NARROWEST + random.integer(most - NARROWEST + 1);
    gaps.push(gap);
    left -= gap;
  }
  return gaps;
}

function stamp(x: Uint8Array, top: number, left: number, width: number, { image, first, width: wide }: Ink): void {
  for (let i = 0; i < SIDE; i++) {
    const from = i * SIDE + first;
    x.set(image.subarray(from, from + wide), (top + i) * width + left);
  }
}
