import { inflateSync } from "node:zlib";
import { nearest, paletteOf } from "./palette";
import { pngFile, SIGNATURE } from "./png";

const MOST = 256; // colours of a palette

/**
 * Writes a PNG picture again in fewer bytes: with a palette of 256 colours, in which other colours become the nearest
 * one, and on white where the picture is transparent. Charts lose nothing visible; photographs would.
 *
 * @param png 8 bits a channel, with or without transparency, not interlaced: a browser's canvas gives such files
 * @throws RangeError when it is another kind of file
 */
export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, channels, rows } = opened(Buffer.from(png));
  const pixels = onWhite(unfiltered(rows, width * channels, channels), channels);
  const counts = new Map<number, number>();
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1);
  const palette = paletteOf(counts, MOST);
  const places = new Map([...counts.keys()].map((color) => [color, nearest(color, palette)]));
  const indexed = new Uint8Array((width + 1) * height); // each row begins with its filter, 0: none
  pixels.forEach((color, i) => {
    indexed[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = places.get(color) as number;
  });
  const bytes = Uint8Array.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  return pngFile(indexed, { width, height, colorType: 3, palette: bytes });
}

/** The header's numbers, and the rows with their filters' bytes. */
function opened(file: Buffer) {
  const [bits, colorType, , , interlaced] = file.subarray(24, 29);
  const isSimple = bits === 8 && (colorType === 2 || colorType === 6) && interlaced === 0;
  if (!SIGNATURE.every((byte, i) => file[i] === byte) || !isSimple) {
    throw new RangeError("png: expected a PNG of 8-bit colours, not interlaced, got another file");
  }
  const data: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString("latin1", at + 4, at + 8) === "IDAT") data.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  return { width, height, channels: colorType === 6 ? 4 : 3, rows: inflateSync(Buffer.concat(data)) };
}

/**
 * Undoes the rows' filters (ISO/IEC 15948, 9): the file stores each byte as its difference from a prediction by its
 * neighbours.
 */
function unfiltered(rows: Uint8Array, rowBytes: number, channels: number): Uint8Array {
  const height = rows.length / (rowBytes + 1);
  const bytes = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * (rowBytes + 1) + 1, y * rowBytes];
    const filter = rows[from - 1];
    for (let x = 0; x < rowBytes; x++) {
      const left = x < channels ? 0 : (bytes[to + x - channels] as number);
      const above = y === 0 ? 0 : (bytes[to + x - rowBytes] as number);
      const corner = x < channels || y === 0 ? 0 : (bytes[to + x - rowBytes - channels] as number);
      bytes[to + x] = (rows[from + x] as number) + foretold(filter, left, above, corner);
    }
  }
  return bytes;
}

function foretold(filter: number | undefined, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [left, above, corner].map((each) => Math.abs(left + above - corner - each)) as [
    number,
    number,
    number,
  ];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** Colours as numbers, 0xRRGGBB. */
function onWhite(bytes: Uint8Array, channels: number): Uint32Array {
  const colors = new Uint32Array(bytes.length / channels);
  for (let i = 0; i < colors.length; i++) {
    const alpha = channels === 4 ? (bytes[4 * i + 3] as number) / 255 : 1;
    const channel = (c: number) => Math.round((bytes[channels * i + c] as number) * alpha + 255 * (1 - alpha));
    colors[i] = (channel(0) << 16) | (channel(1) << 8) | channel(2);
  }
  return colors;
}
