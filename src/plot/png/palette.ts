/** A box in the cube of colours, no larger than its colours need. */
interface Box {
  readonly colors: readonly number[];
  /** The longest side of the box, and the channel along it: 16 red, 8 green, 0 blue. */
  readonly side: number;
  readonly shift: number;
}

/**
 * Chooses the colours, 0xRRGGBB, with which a picture of more colours is drawn. The largest box is cut in two until
 * there are `most` boxes, and each box gives its most frequent colour. That is Heckbert's median cut (1982, SIGGRAPH),
 * but it cuts in the middle of the box, not of its pixels: a rare colour far from all others stays, and so do the
 * colours of flat areas.
 *
 * @param counts how many pixels each colour has
 * @returns the most frequent colour first; all colours, if there are no more than `most`
 */
export function paletteOf(counts: ReadonlyMap<number, number>, most: number): number[] {
  const frequent = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
  if (frequent.length <= most) return frequent;
  const boxes = [boxOf(frequent)];
  while (boxes.length < most) {
    const largest = boxes.reduce((best, { side }, i) => (side > (boxes[best] as Box).side ? i : best), 0);
    boxes.splice(largest, 1, ...halves(boxes[largest] as Box));
  }
  const kept = new Set(boxes.map(({ colors }) => colors[0]));
  return frequent.filter((color) => kept.has(color));
}

function boxOf(colors: readonly number[]): Box {
  const sides = [16, 8, 0].map((shift) => {
    const [least, largest] = rangeOf(colors, shift);
    return { colors, side: largest - least, shift };
  });
  return sides.reduce((longest, each) => (each.side > longest.side ? each : longest));
}

/**
 * Cuts a box in two. Neither half is empty, because the box has at least two colours; both halves keep the colours'
 * order.
 */
function halves({ colors, shift }: Box): [Box, Box] {
  const [least, largest] = rangeOf(colors, shift);
  const isLow = (color: number) => ((color >> shift) & 255) <= (least + largest) / 2;
  return [boxOf(colors.filter(isLow)), boxOf(colors.filter((color) => !isLow(color)))];
}

function rangeOf(colors: readonly number[], shift: number): [least: number, largest: number] {
  let [least, largest] = [255, 0];
  for (const color of colors) {
    const value = (color >> shift) & 255;
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return [least, largest];
}

/** The index of the palette's colour that is nearest to this one. */
export function nearest(color: number, palette: readonly number[]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  palette.forEach((other, i) => {
    const red = (color >> 16) - (other >> 16);
    const green = ((color >> 8) & 255) - ((other >> 8) & 255);
    const blue = (color & 255) - (other & 255);
    const distance = red * red + green * green + blue * blue;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}
