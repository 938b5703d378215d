/** A box of the cube of colours, no larger than the colours in it. */
interface Box {
  readonly colors: readonly number[];
  /** Its longest side, and the channel along it: 16 red, 8 green, 0 blue. */
  readonly side: number;
  readonly shift: number;
}

/**
 * The colours, 0xRRGGBB, that a picture of more is drawn with. The largest box is cut in two until there are `most` of
 * them, and each gives its most frequent colour. That is Heckbert's median cut (1982, SIGGRAPH), but in the middle of
 * a box, not of its pixels: a rare colour far from all others keeps one, and flat areas keep their very own.
 *
 * @param counts how many pixels each colour has
 * @returns the most frequent colour first; all of them, where there are no more than `most`
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

/** Neither is empty, as there are two colours at least; both keep the colours' order. */
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

/** The place of the palette's colour that is least far from this one. */
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
