/** A point: x to the right, y downwards. */
export type Point = readonly [x: number, y: number];

/** Points joined by straight lines. */
export type Stroke = readonly Point[];

/**
 * A part of an ellipse, from one angle to another: 0° points right and angles grow clockwise, because y points down.
 */
export function curve(
  centreX: number,
  centreY: number,
  radiusX: number,
  radiusY: number,
  from: number,
  to: number,
): Stroke {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 30));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [centreX + radiusX * Math.cos(angle), centreY + radiusY * Math.sin(angle)] as const;
  });
}

/**
 * Paints a stroke on a square image with a round pen. Edges are smooth over one pixel, and painting never makes a
 * pixel lighter.
 *
 * @param image `side` × `side` bytes, row by row
 * @param points in pixels
 * @param halfWidth half the width of the pen, in pixels
 * @param ink 0–255
 */
export function paint(image: Uint8Array, side: number, points: Stroke, halfWidth: number, ink: number): void {
  for (let i = 0; i + 1 < points.length; i++) {
    paintLine(image, side, points[i] as Point, points[i + 1] as Point, halfWidth, ink);
  }
}

function paintLine(image: Uint8Array, side: number, a: Point, b: Point, halfWidth: number, ink: number): void {
  const reach = halfWidth + 1;
  const first = (p: number, q: number) => Math.max(0, Math.floor(Math.min(p, q) - reach));
  const last = (p: number, q: number) => Math.min(side - 1, Math.ceil(Math.max(p, q) + reach));
  const [left, right] = [first(a[0], b[0]), last(a[0], b[0])];
  for (let row = first(a[1], b[1]); row <= last(a[1], b[1]); row++) {
    for (let column = left; column <= right; column++) {
      const cover = Math.min(1, halfWidth + 0.5 - distance(column, row, a, b));
      const pixel = row * side + column;
      if (cover > 0) image[pixel] = Math.max(image[pixel] as number, Math.round(ink * cover));
    }
  }
}

/** The distance from a point to the nearest point of the line from a to b. */
function distance(x: number, y: number, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  return Math.sqrt((a[0] + t * dx - x) ** 2 + (a[1] + t * dy - y) ** 2);
}
