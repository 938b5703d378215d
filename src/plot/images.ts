import { checkOptions } from "../arguments";
import type { Figure, Numbers } from "./figure";
import { titled } from "./layout";
import { greyPng } from "./png/png";

/** Grey images of one size, one after the other: `shape` is `[count, height, width]`. */
export interface Images {
  readonly data: Numbers;
  readonly shape: readonly number[];
}

export interface ImageGridOptions {
  readonly title: string;
  /** The text above each image. Default: none. */
  readonly labels?: readonly string[];
  /** Images in a row. Default: 10. */
  readonly columns?: number;
  /** The values that are drawn black and white. Default: the data's smallest and largest value. */
  readonly range?: readonly [black: number, white: number];
}

/** The layout, in image pixels. */
interface Grid {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly columns: number;
  readonly rows: number;
}

const LABEL_ROWS = 6; // pixels kept free above an image for its label
const GAP = 1; // and between images
const SCALE = 3; // screen pixels to an image pixel, at most
const WIDEST = 720; // screen pixels of a figure: so wide is a notebook's column in a small window
const SIDES = 48; // screen pixels left and right of the images, together

/**
 * Draws small grey images side by side, each with its label above it. The figure stores them as one PNG, with a few
 * bytes for each image.
 *
 *   imageGrid({ data: pixels, shape: [20, 28, 28] }, { title: "Wrong predictions", labels, range: [255, 0] })
 *
 * @throws RangeError when shape, data and labels do not fit together
 */
export function imageGrid(images: Images, options: ImageGridOptions): Figure {
  checkOptions("imageGrid", options, ["title", "labels", "columns", "range"]);
  const grid = layOut(images, options);
  const [width, height] = [grid.columns * (grid.width + GAP), grid.rows * (grid.height + LABEL_ROWS)];
  const scale = Math.min(SCALE, (WIDEST - SIDES) / width);
  const png = Buffer.from(greyPng(painted(images.data, grid, options.range), width, height)).toString("base64");
  const across = Math.round(width * scale) + SIDES;
  const { title, top } = titled(options.title, across);
  return {
    data: [{ type: "image", source: `data:image/png;base64,${png}`, hoverinfo: "skip" }],
    layout: {
      title,
      annotations: (options.labels ?? []).map((text, image) => {
        const { top, left } = corner(grid, image);
        const middle = { x: left + (grid.width - 1) / 2, y: top - LABEL_ROWS / 2 - 0.5 };
        return { text, ...middle, showarrow: false, font: { size: 11 } };
      }),
      xaxis: { visible: false },
      yaxis: { visible: false },
      width: across,
      height: Math.round(height * scale) + top + 16,
      margin: { l: 24, r: 24, t: top, b: 16 },
    },
  };
}

function layOut({ data, shape }: Images, { labels, columns = 10 }: ImageGridOptions): Grid {
  const [count = 0, height = 0, width = 0] = shape;
  if (shape.length !== 3) {
    throw new RangeError(`images: expected shape [count, height, width], got [${shape.join(", ")}]`);
  }
  const values = count * height * width;
  if (data.length !== values) {
    throw new RangeError(`images: shape [${shape.join(", ")}] needs ${values} values, got ${data.length}`);
  }
  if (labels && labels.length !== count) {
    throw new RangeError(`labels: expected ${count}, one for each image, got ${labels.length}`);
  }
  const across = Math.max(1, Math.min(columns, count));
  return { count, height, width, columns: across, rows: Math.max(1, Math.ceil(count / across)) };
}

/** The pixel where an image begins. */
function corner({ columns, height, width }: Grid, image: number): { top: number; left: number } {
  const row = Math.floor(image / columns);
  return { top: row * (height + LABEL_ROWS) + LABEL_ROWS, left: (image % columns) * (width + GAP) };
}

function painted(data: Numbers, grid: Grid, range: readonly [number, number] = extent(data)): Uint8Array {
  const [black, white] = range;
  const across = grid.columns * (grid.width + GAP);
  const pixels = new Uint8Array(across * grid.rows * (grid.height + LABEL_ROWS)).fill(255);
  const size = grid.height * grid.width;
  for (let image = 0; image < grid.count; image++) {
    const { top, left } = corner(grid, image);
    for (let i = 0; i < size; i++) {
      const at = (top + Math.floor(i / grid.width)) * across + left + (i % grid.width);
      pixels[at] = grey(data[image * size + i] ?? Number.NaN, black, white);
    }
  }
  return pixels;
}

function extent(values: Numbers): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] ?? low);
    high = Math.max(high, values[i] ?? high);
  }
  return [low, high];
}

function grey(value: number, black: number, white: number): number {
  if (white === black || Number.isNaN(value)) return 0;
  return Math.round(255 * Math.min(1, Math.max(0, (value - black) / (white - black))));
}
