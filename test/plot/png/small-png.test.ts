import { deflateSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { smallPng } from "../../../src/plot";

/** A chunk without a checksum: the reader under test looks at none. */
function chunk(name: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(name, "latin1"), content, Buffer.alloc(4)]);
}

/** An RGBA picture as a PNG, each row stored by one of the five filters in turn. */
function rgbaPng(pixels: number[][], width: number): Buffer {
  const height = pixels.length / width;
  const bytes = pixels.flat();
  const rows = Array.from({ length: height }, (_, y) => {
    const at = (x: number, up: number) => (x < 0 || y - up < 0 ? 0 : (bytes[(y - up) * 4 * width + x] as number));
    const paeth = (a: number, b: number, c: number) => {
      const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    };
    const stored = Array.from({ length: 4 * width }, (_, x) => {
      const [left, above, corner] = [at(x - 4, 0), at(x, 1), x < 4 ? 0 : at(x - 4, 1)];
      return at(x, 0) - ([0, left, above, (left + above) >> 1, paeth(left, above, corner)][y % 5] as number);
    });
    return [y % 5, ...stored];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const data = deflateSync(Uint8Array.from(rows.flat()));
  const cut = [data.subarray(0, 10), data.subarray(10)].map((part) => chunk("IDAT", part));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), ...cut, chunk("IEND", Buffer.alloc(0))]);
}

/** The colours of a small picture, pixel by pixel. */
function colorsOf(png: Uint8Array): number[][] {
  const file = Buffer.from(png);
  const width = file.readUInt32BE(16);
  const parts: Record<string, Buffer> = {};
  for (let at = 8; at < file.length; at += file.readUInt32BE(at) + 12) {
    parts[file.toString("latin1", at + 4, at + 8)] = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
  }
  const places = [...inflateSync(parts.IDAT as Buffer)].filter((_, i) => i % (width + 1) > 0);
  return places.map((place) => [...(parts.PLTE as Buffer).subarray(3 * place, 3 * place + 3)]);
}

test("smallPng keeps every pixel of a picture of few colours, whatever filters its rows were stored by", () => {
  const pixels = Array.from({ length: 7 * 10 }, (_, i) => [(i * 37) % 256, (i * 91) % 256, (i * i) % 256, 255]);
  expect(colorsOf(smallPng(rgbaPng(pixels, 7)))).toEqual(pixels.map(([r, g, b]) => [r, g, b]));
});

test("what is transparent lies on white", () => {
  const clear = [[0, 0, 0, 0], ...Array.from({ length: 3 }, () => [0, 0, 0, 51])];
  expect(colorsOf(smallPng(rgbaPng(clear, 4)))).toEqual([[255, 255, 255], ...Array(3).fill([204, 204, 204])]);
});

/** Orange over white to blue, as heatmaps draw what may be negative: -1 to 1. */
function diverging(value: number): number[] {
  const [r, g, b] = (value < 0 ? [213, 94, 0] : [0, 114, 178]).map((end) =>
    Math.round(255 + (end - 255) * Math.abs(value)),
  );
  return [r as number, g as number, b as number, 255];
}

test("of more than 256 colours a heatmap keeps its white and both its ends, be they as rare as may be", () => {
  const values = Array.from({ length: 100 * 100 }, (_, i) => (i < 300 ? -i / 299 : (i % 701) / 700));
  const pixels = [...Array.from({ length: 5_000 }, () => diverging(0)), ...values.map(diverging)];
  expect(new Set(pixels.map(String)).size).toBeGreaterThan(256);
  const colors = colorsOf(smallPng(rgbaPng(pixels, 100)));
  const errors = colors.map((color, i) => Math.max(...color.map((c, k) => Math.abs(c - (pixels[i]?.[k] as number)))));
  expect(Math.max(...errors)).toBeLessThanOrEqual(2);
  expect(Math.max(...errors.slice(0, 5_000))).toBe(0);
});

test("a colour far from all others survives 512 more frequent ones, which lose next to nothing for it", () => {
  const often = Array.from({ length: 1_024 }, (_, i) => [i % 256, (i % 512) >> 8, 0, 255]);
  const colors = colorsOf(smallPng(rgbaPng([...often, [0, 0, 255, 255]], 205)));
  expect(colors.at(-1)).toEqual([0, 0, 255]);
  colors.slice(0, -1).forEach(([r, g], i) => {
    expect(Math.abs((r as number) - (i % 256)) + Math.abs((g as number) - ((i % 512) >> 8))).toBeLessThanOrEqual(2);
  });
});

test("smallPng refuses what is no such picture", () => {
  expect(() => smallPng(Buffer.from("not a picture at all, not a picture"))).toThrow(/png: expected a PNG of 8-bit/);
});
