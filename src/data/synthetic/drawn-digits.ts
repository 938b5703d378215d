import { allocate } from "../allocate";
import { numericArray } from "../array";
import type { Dataset } from "../batches";
import { checkOptions } from "../check-options";
import { checkWhole } from "../errors";
import { Random } from "../random";
import { curve, type Point, paint, type Stroke } from "./strokes";

const SIDE = 28; // pixels, as in MNIST's images

/** The strokes of each digit, in one or two variants, in a square from (0, 0), top left, to (1, 1). */
const VARIANTS: readonly (readonly Stroke[])[][] = [
  [[curve(0.5, 0.5, 0.32, 0.46, -90, 270)], [curve(0.5, 0.5, 0.4, 0.42, -70, 290)]],
  [[stroke(0.5, 0.02, 0.5, 0.98)], [stroke(0.3, 0.24, 0.54, 0.02, 0.54, 0.98)]],
  [
    [[...curve(0.47, 0.28, 0.32, 0.26, 190, 400), ...stroke(0.14, 0.96, 0.88, 0.96)]],
    [
      [
        ...curve(0.47, 0.28, 0.32, 0.26, 200, 410),
        [0.3, 0.84],
        ...curve(0.22, 0.88, 0.09, 0.08, -60, -330),
        [0.9, 0.96],
      ],
    ],
  ],
  [
    [[...curve(0.45, 0.26, 0.3, 0.24, 200, 440), ...curve(0.45, 0.73, 0.34, 0.25, -80, 160)]],
    [[...stroke(0.18, 0.04, 0.8, 0.04, 0.48, 0.4), ...curve(0.45, 0.7, 0.34, 0.28, -80, 155)]],
  ],
  [
    [stroke(0.2, 0.05, 0.14, 0.55, 0.86, 0.55), stroke(0.74, 0.05, 0.68, 0.98)],
    [stroke(0.72, 0.98, 0.72, 0.02, 0.1, 0.66, 0.92, 0.66)],
  ],
  [
    [stroke(0.82, 0.04, 0.26, 0.04), [...stroke(0.26, 0.04, 0.22, 0.42), ...curve(0.44, 0.69, 0.36, 0.28, -100, 150)]],
    [[...stroke(0.84, 0.04, 0.26, 0.06, 0.24, 0.42), ...curve(0.44, 0.69, 0.34, 0.28, -80, 160)]],
  ],
  [
    [[...stroke(0.66, 0.02, 0.36, 0.3), ...curve(0.48, 0.7, 0.3, 0.27, 190, -170)]],
    [[...stroke(0.78, 0.06, 0.4, 0.16), ...curve(0.5, 0.68, 0.34, 0.28, 200, -160)]],
  ],
  [
    [stroke(0.12, 0.05, 0.86, 0.05, 0.42, 0.98)],
    [stroke(0.12, 0.05, 0.86, 0.05, 0.46, 0.98), stroke(0.34, 0.5, 0.84, 0.5)],
  ],
  [
    [[...curve(0.5, 0.25, 0.28, 0.23, 90, 450), ...curve(0.5, 0.73, 0.34, 0.25, -90, 270)]],
    [[...curve(0.5, 0.26, 0.26, 0.24, -30, -250), ...curve(0.5, 0.74, 0.3, 0.24, -70, 220), [0.74, 0.14]]],
  ],
  [
    [[...curve(0.46, 0.3, 0.3, 0.27, 0, -350), ...stroke(0.78, 0.3, 0.66, 0.98)]],
    [[...curve(0.46, 0.28, 0.3, 0.26, -10, -350), ...stroke(0.78, 0.5), ...curve(0.48, 0.7, 0.3, 0.27, 0, 150)]],
  ],
];

export interface DrawnDigitsOptions {
  /** The number of images. Required. */
  count: number;
  /** Fixes the images. Default: 0. */
  seed?: number;
}

/**
 * Generates images of digits, for machines without MNIST: strokes that are rotated, slanted, scaled and shaken at
 * random, with pens of different widths. They are far easier than handwriting, so an accuracy on them says nothing
 * about MNIST.
 *
 * @example
 *   const digits = drawnDigits({ count: 1000, seed: 42 });
 *
 * @returns x: pixels 0–255 `[count, 28, 28]`; y: the digits `[count]`
 * @throws DataError for options out of range
 */
export function drawnDigits(options: DrawnDigitsOptions): Dataset<Uint8Array, Int32Array, 3, 1> {
  checkOptions("drawnDigits", options, ["count", "seed"]);
  const { count, seed = 0 } = options;
  checkWhole("drawnDigits", "count", count, 0, 1_000_000);
  const random = new Random(seed);
  const x = allocate("drawnDigits", "count", Uint8Array, count * SIDE * SIDE);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const digit = random.integer(10);
    y[i] = digit;
    draw(x.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), digit, random);
  }
  return { x: numericArray(x, [count, SIDE, SIDE]), y: numericArray(y, [count]) };
}

function draw(image: Uint8Array, digit: number, random: Random): void {
  const variants = VARIANTS[digit] as readonly (readonly Stroke[])[];
  const strokes = variants[random.integer(variants.length)] as readonly Stroke[];
  const toPixels = hand(random);
  const halfWidth = random.uniform(0.7, 1.7);
  const ink = random.uniform(190, 255);
  for (const points of strokes) paint(image, SIDE, points.map(toPixels), halfWidth, ink);
}

/** A writer's hand: maps the unit square to pixels, by a random affine map and a small random shift of every point. */
function hand(random: Random): (point: Point) => Point {
  const angle = random.normal(0, 0.12); // radians
  const slant = random.normal(0, 0.18);
  const [width, height] = [random.uniform(11, 18), random.uniform(17, 21)]; // pixels
  const [left, top] = [14 + random.normal(0, 0.9), 14 + random.normal(0, 0.9)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([x, y]) => {
    const v = (y - 0.5) * height + random.normal(0, 0.25);
    const u = (x - 0.5) * width - slant * v + random.normal(0, 0.25);
    return [left + cos * u - sin * v, top + sin * u + cos * v];
  };
}

function stroke(...coordinates: number[]): Stroke {
  const points: Point[] = [];
  for (let i = 0; i + 1 < coordinates.length; i += 2) {
    points.push([coordinates[i] as number, coordinates[i + 1] as number]);
  }
  return points;
}
