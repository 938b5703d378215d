import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Digits, drawnDigits } from "../../../src/data";
import { paint } from "../../../src/data/synthetic/strokes";
import { dataErrorOf } from "../support";

const image = ({ x }: Digits, i: number) => x.data.subarray(i * 784, (i + 1) * 784);

test("drawnDigits({ count, seed }) gives images and digits; the same seed gives the same in every version", () => {
  const { x, y } = drawnDigits({ count: 50, seed: 3 });
  expect([x.shape, y.shape]).toEqual([[50, 28, 28], [50]]);
  expect(drawnDigits({ count: 50, seed: 3 })).toEqual({ x, y });
  expect(drawnDigits({ count: 50, seed: 4 }).x).not.toEqual(x);
  expect(createHash("sha256").update(x.data).digest("hex").slice(0, 16)).toBe("c59f115ad5118b50");
});

test("drawnDigits({ count }): a longer set begins with the shorter one", () => {
  const [short, long] = [drawnDigits({ count: 5 }), drawnDigits({ count: 9 })];
  expect(long.x.data.subarray(0, 5 * 784)).toEqual(short.x.data);
});

test("all ten digits are about equally frequent, and lie completely inside the image", () => {
  const digits = drawnDigits({ count: 2_000 });
  for (let digit = 0; digit < 10; digit++) {
    const often = digits.y.data.filter((y) => y === digit).length;
    expect(often).toBeGreaterThan(140);
    expect(often).toBeLessThan(260);
  }
  let edges = 0;
  for (let i = 0; i < 2_000; i++) {
    const ink = image(digits, i).filter((pixel) => pixel > 100).length;
    expect(ink).toBeGreaterThan(15);
    expect(ink).toBeLessThan(300);
    edges += image(digits, i).filter((pixel, at) => pixel > 0 && (at % 28 === 0 || at % 28 === 27)).length;
  }
  expect(edges).toBeLessThan(100);
});

test("drawn digits need learning: a nearest neighbour recognises 90 %, the nearest mean image fewer", () => {
  const [known, unknown] = [drawnDigits({ count: 2_000, seed: 1 }), drawnDigits({ count: 300, seed: 2 })];
  const nearest = (examples: Float32Array[], labels: ArrayLike<number>) =>
    [...unknown.y.data].filter((y, i) => labels[closest(image(unknown, i), examples)] === y).length / 300;
  const examples = Array.from({ length: 2_000 }, (_, i) => Float32Array.from(image(known, i)));
  expect(nearest(examples, known.y.data)).toBeGreaterThan(0.9);
  const means = Array.from({ length: 10 }, (_, digit) => mean(examples.filter((_, i) => known.y.data[i] === digit)));
  expect(nearest(means, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeLessThan(0.9);
});

test("paint(image, side, points, halfWidth, ink) darkens what the pen covers, smoothly at its edge", () => {
  const picture = new Uint8Array(25);
  paint(
    picture,
    5,
    [
      [0, 2],
      [4, 2],
    ],
    1,
    200,
  );
  const column = [2, 7, 12, 17, 22].map((pixel) => picture[pixel]);
  expect(column).toEqual([0, 100, 200, 100, 0]);
  paint(
    picture,
    5,
    [
      [-9, -9],
      [-8, -8],
    ],
    1,
    200,
  ); // outside: no harm
});

test("drawnDigits refuses an impossible count or seed", async () => {
  expect((await dataErrorOf(() => drawnDigits({ count: -1 }))).field).toBe("count");
  expect((await dataErrorOf(() => drawnDigits({ count: 1, seed: 0.5 }))).field).toBe("seed");
});

function closest(picture: ArrayLike<number>, examples: Float32Array[]): number {
  const distances = examples.map((example) => {
    let sum = 0;
    for (let i = 0; i < 784; i++) sum += ((example[i] as number) - (picture[i] as number)) ** 2;
    return sum;
  });
  return distances.indexOf(Math.min(...distances));
}

function mean(pictures: Float32Array[]): Float32Array {
  const sum = new Float32Array(784);
  for (const picture of pictures) for (let i = 0; i < 784; i++) sum[i] = (sum[i] as number) + (picture[i] as number);
  return sum.map((total) => total / pictures.length);
}
