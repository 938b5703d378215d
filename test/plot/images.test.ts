import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { imageGrid } from "../../src/plot";
import { greyPng } from "../../src/plot/png/png";

/** The pixels of a PNG of ours: its one IDAT chunk, without the filter byte of each row. */
function pixelsOf(png: Uint8Array): { width: number; height: number; rows: number[][] } {
  const bytes = Buffer.from(png);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const content = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)));
  const rows = Array.from({ length: height }, (_, y) => [
    ...content.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)),
  ]);
  return { width, height, rows };
}

test("greyPng writes the bytes that another encoder would: one white pixel", () => {
  const hex = Buffer.from(greyPng(new Uint8Array([255]), 1, 1)).toString("hex");
  expect(hex.slice(0, 66)).toBe("89504e470d0a1a0a0000000d4948445200000001000000010800000000" + "3a7e9b55");
  expect(hex.slice(-24)).toBe("0000000049454e44ae426082");
});

test("greyPng keeps each pixel in its place", () => {
  const { rows } = pixelsOf(greyPng(Uint8Array.from([0, 1, 2, 3, 4, 5]), 3, 2));
  expect(rows).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
});

test("imageGrid puts images in rows of columns, each below its label", () => {
  const three = { data: [0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1], shape: [3, 2, 2] };
  const { data, layout } = imageGrid(three, { title: "T", labels: ["a", "b", "c"], columns: 2, range: [0, 1] });
  const png = Buffer.from(String(data[0]?.source).split(",")[1] ?? "", "base64");
  const { width, height, rows } = pixelsOf(png);
  expect([width, height]).toEqual([2 * 3, 2 * 8]); // 2 pixels and a gap, 6 pixels for the label and 2
  expect(rows.slice(6, 8)).toEqual([
    [0, 255, 255, 0, 0, 255],
    [255, 0, 255, 0, 0, 255],
  ]);
  expect(layout.annotations).toMatchObject([
    { text: "a", x: 0.5 },
    { text: "b", x: 3.5 },
    { text: "c", x: 0.5 },
  ]);
});

test("imageGrid can draw ink black: the range is [black, white]", () => {
  const { data } = imageGrid({ data: [255, 0], shape: [1, 1, 2] }, { title: "T", range: [255, 0] });
  const png = Buffer.from(String(data[0]?.source).split(",")[1] ?? "", "base64");
  expect(pixelsOf(png).rows.at(-1)).toEqual([0, 255, 255]);
});

test("imageGrid says which argument does not fit, what was expected, and what came", () => {
  const draw = (data: number[], shape: number[], labels?: string[]) => () =>
    imageGrid({ data, shape }, { title: "T", labels });
  expect(draw([1], [1, 1])).toThrow("images: expected shape [count, height, width], got [1, 1]");
  expect(draw([1], [1, 1, 2])).toThrow("images: shape [1, 1, 2] needs 2 values, got 1");
  expect(draw([1], [1, 1, 1], [])).toThrow("labels: expected 1, one for each image, got 0");
});

test("a row of many images becomes smaller, so that it fits a notebook's column", () => {
  const layoutOf = (count: number) =>
    imageGrid({ data: new Uint8Array(count * 784), shape: [count, 28, 28] }, { title: "digits" }).layout;
  expect(layoutOf(5)).toMatchObject({ width: 5 * 29 * 3 + 48, height: 34 * 3 + 72 });
  expect(layoutOf(10)).toMatchObject({ width: 720 });
});
