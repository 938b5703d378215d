import { allocate } from "../allocate";
import { numericArray, rowCount } from "../array";
import type { Dataset } from "../batches";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { Random } from "../random";

/** The directions of motion, in the order of the class numbers; opposite directions are neighbours. */
export const DIRECTIONS = ["left", "right", "up", "down"] as const;

const STEPS: readonly (readonly [x: number, y: number])[] = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
];

const MNIST_SIDE = 28;
const DIGIT_SIDE = MNIST_SIDE / 2; // pixels of the digit in a frame

/** x: clips, pixels 0 (background) to 255 (ink) `[count, frames, side, side]`; y: the classes `[count]`. */
export type Clips = Dataset<Uint8Array, Int32Array, 4, 1>;

export interface MovingDigitsOptions {
  /** The number of clips. Required. */
  count: number;
  /** Fixes digits, directions, speeds and positions. Default: 0. */
  seed?: number;
  /** Frames in a clip. Default: 8. */
  frames?: number;
  /** Width and height of a frame, in pixels. Default: 32. */
  side?: number;
}

/**
 * Generates short clips of a handwritten digit, scaled to 14 × 14 pixels, that moves left, right, up or down, by 1, 2
 * or 3 pixels per frame. A digit that leaves the frame on one side comes back on the other. The class combines digit
 * and direction, `digit · 4 + direction`: 40 classes.
 *
 * The position in the first frame is uniform over the whole frame, which has no edges, and it stays uniform after any
 * motion. Therefore every position in a single frame is equally likely for each direction, and a single frame says
 * nothing about the motion. (If digits stayed inside the frame, a digit near the left edge would rarely have come from
 * there.)
 *
 * @example
 *   const clips = movingDigits(drawnDigits({ count: 100 }), { count: 1000, seed: 42 }); // x: [1000, 8, 32, 32]
 *
 * @param digits images `[examples, 28, 28]` and their digits, as `loadMnist` and `drawnDigits` give them
 * @throws DataError for options out of range, or images of another size
 */
export function movingDigits(digits: Dataset<Uint8Array, Int32Array>, options: MovingDigitsOptions): Clips {
  checkOptions("movingDigits", options, ["count", "seed", "frames", "side"]);
  const { count, seed = 0, frames = 8, side = 32 } = options;
  checkWhole("movingDigits", "count", count, 0, 1_000_000);
  checkWhole("movingDigits", "frames", frames, 1, 1_000);
  checkWhole("movingDigits", "side", side, DIGIT_SIDE, 1_000);
  const rows = checkDigits(digits);
  const random = new Random(seed);
  const x = allocate("movingDigits", "count", Uint8Array, count * frames * side * side);
  const y = new Int32Array(count);
  for (let clip = 0; clip < count; clip++) {
    const row = random.integer(rows);
    const direction = random.integer(DIRECTIONS.length);
    const speed = 1 + random.integer(3);
    const [left, top] = [random.integer(side), random.integer(side)];
    const [dx, dy] = STEPS[direction] as readonly [number, number];
    const small = halved(digits.x.data.subarray(row * MNIST_SIDE ** 2, (row + 1) * MNIST_SIDE ** 2));
    for (let frame = 0; frame < frames; frame++) {
      const from = (clip * frames + frame) * side * side;
      const moved = speed * frame;
      stamp(x.subarray(from, from + side * side), side, small, left + dx * moved, top + dy * moved);
    }
    y[clip] = (digits.y.data[row] as number) * DIRECTIONS.length + direction;
  }
  return { x: numericArray(x, [count, frames, side, side]), y: numericArray(y, [count]) };
}

/**
 * The same clips, last frame first: the digits are the same, and each moves in the opposite direction.
 *
 * @example
 *   const clips = movingDigits(drawnDigits({ count: 10 }), { count: 20 });
 *   const backwards = playedBackwards(clips);
 */
export function playedBackwards(clips: Clips): Clips {
  const [count = 0, frames = 0, ...frame] = clips.x.shape;
  const size = frame.reduce((product, length) => product * length, 1);
  const x = new Uint8Array(clips.x.data.length);
  for (let clip = 0; clip < count; clip++) {
    for (let t = 0; t < frames; t++) {
      const from = (clip * frames + t) * size;
      x.set(clips.x.data.subarray(from, from + size), (clip * frames + frames - 1 - t) * size);
    }
  }
  // left ↔ right, up ↔ down: the opposite of an even class is the next class, that of an odd class the class before.
  const y = clips.y.data.map((label) => (label % 2 === 0 ? label + 1 : label - 1));
  return { x: numericArray(x, clips.x.shape), y: numericArray(y, clips.y.shape) };
}

function checkDigits({ x, y }: Dataset<Uint8Array, Int32Array>): number {
  const rows = rowCount(x);
  if (x.shape.slice(1).join() !== `${MNIST_SIDE},${MNIST_SIDE}` || rowCount(y) !== rows || rows === 0) {
    const actual = `[${x.shape.join(", ")}] and [${y.shape.join(", ")}]`;
    throw new DataError("movingDigits", "digits", "images [rows, 28, 28] and as many digits", actual);
  }
  return rows;
}

/** Scales an image to half its size: each pixel is the mean of four. */
function halved(image: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: DIGIT_SIDE * DIGIT_SIDE }, (_, i) => {
    const at = 2 * Math.floor(i / DIGIT_SIDE) * MNIST_SIDE + 2 * (i % DIGIT_SIDE);
    const four = [at, at + 1, at + MNIST_SIDE, at + MNIST_SIDE + 1].map((pixel) => image[pixel] as number);
    return Math.round(four.reduce((sum, value) => sum + value, 0) / 4);
  });
}

/** Draws the digit in a frame without edges, its top left corner at (left, top). */
function stamp(frame: Uint8Array, side: number, digit: Uint8Array, left: number, top: number): void {
  const wrap = (at: number) => ((at % side) + side) % side;
  for (let i = 0; i < digit.length; i++) {
    const [x, y] = [wrap(left + (i % DIGIT_SIDE)), wrap(top + Math.floor(i / DIGIT_SIDE))];
    frame[y * side + x] = digit[i] as number;
  }
}
