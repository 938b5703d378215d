import { deflateSync } from "node:zlib";

/** The eight bytes with which a PNG file begins. */
export const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Writes a grey picture as a PNG file (ISO/IEC 15948), 8 bits for each pixel.
 *
 * @param pixels row by row, 0 black to 255 white, `width * height` of them
 */
export function greyPng(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width + 1) * height); // each row begins with its filter, 0: none
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return pngFile(rows, { width, height, colorType: 0 });
}

export interface PngForm {
  readonly width: number;
  readonly height: number;
  /** 0: grey values; 3: indices into a palette. */
  readonly colorType: 0 | 3;
  /** Three bytes for each colour. */
  readonly palette?: Uint8Array;
}

/** Writes a PNG file of 8-bit rows, each with its filter's byte before it. */
export function pngFile(rows: Uint8Array, { width, height, colorType, palette }: PngForm): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType, 0, 0, 0], 8); // bits, then the only compression, filter method and no interlacing
  return Buffer.concat([
    Buffer.from(SIGNATURE),
    chunk("IHDR", header),
    ...(palette === undefined ? [] : [chunk("PLTE", Buffer.from(palette))]),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A chunk of the file: length, name, content, and the checksum of name and content. */
function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(content.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** The checksum of PNG's chunks. (node:zlib has it from Node 22 on only.) */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
