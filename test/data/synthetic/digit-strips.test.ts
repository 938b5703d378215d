import { expect, test } from "vitest";
import { type DigitStripsOptions, digitStrips, drawnDigits, numericArray } from "../../../src/data";

/** One image: a bar of `wide` columns of the grey `shade`, from row 4 to row 23. */
function bar(wide: number, shade: number): Uint8Array {
  return Uint8Array.from({ length: 784 }, (_, i) => {
    const [row, column] = [Math.floor(i / 28), i % 28];
    return row >= 4 && row < 24 && column >= 5 && column < 5 + wide ? shade : 0;
  });
}

/** Digit d is a bar of d + 3 columns, of shade 100 + d: a picture's pixels say which digits stand where. */
const bars = {
  x: numericArray(Uint8Array.from(Array.from({ length: 10 }, (_, d) => [...bar(d + 3, 100 + d)]).flat()), [10, 28, 28]),
  y: numericArray(
    Int32Array.from({ length: 10 }, (_, d) => d),
    [10],
  ),
};
const made = (options: Partial<DigitStripsOptions>) => digitStrips(bars, { count: 300, seed: 5, ...options });

/** The bars of a picture, from left to right. */
function seen({ x }: ReturnType<typeof made>, picture: number) {
  const [, height = 0, width = 0] = x.shape;
  const at = (row: number, column: number) => x.data[(picture * height + row) * width + column] as number;
  const found: { shade: number; left: number; width: number; top: number; rows: number }[] = [];
  for (let column = 0; column < width; column++) {
    const rows = Array.from({ length: height }, (_, row) => row).filter((row) => at(row, column) > 0);
    if (rows.length === 0) continue;
    const shade = at(rows[0] as number, column);
    const last = found.at(-1);
    if (last && last.left + last.width === column && last.shade === shade) last.width++;
    else found.push({ shade, left: column, width: 1, top: rows[0] as number, rows: rows.length });
  }
  return found;
}

test("digitStrips(digits, options): the digits of each picture, whole and from left to right, with gaps of 1 to 8 columns", () => {
  const strips = made({});
  expect(strips.x.shape).toEqual([300, 32, 144]);
  const gaps = new Set<number>();
  strips.digits.forEach((digits, picture) => {
    const found = seen(strips, picture);
    expect(found.map(({ shade }) => shade - 100)).toEqual([...digits]);
    expect(found.map(({ left, width }) => left + width / 2)).toEqual([...(strips.middles[picture] as Float32Array)]);
    expect(found.map(({ width, rows }) => [width, rows])).toEqual(Array.from(digits, (d) => [d + 3, 20]));
    found.slice(1).forEach(({ left }, i) => {
      gaps.add(left - (found[i]?.left as number) - (found[i]?.width as number));
    });
  });
  expect([...gaps].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("numbers of digits, digits, and places vary, each as the options allow", () => {
  const strips = made({ count: 600, minDigits: 2, maxDigits: 4 });
  for (const length of [2, 3, 4]) {
    const share = strips.digits.filter((digits) => digits.length === length).length / 600;
    expect(share).toBeGreaterThan(1 / 3 - 5 * 0.0192); // five standard deviations of a share of a third
    expect(share).toBeLessThan(1 / 3 + 5 * 0.0192);
  }
  expect(new Set(strips.digits.flatMap((digits) => [...digits])).size).toBe(10);
  const found = strips.digits.flatMap((_, picture) => seen(strips, picture));
  expect(new Set(found.map(({ top }) => top))).toEqual(new Set([4, 5, 6, 7, 8])); // 32 rows for an image of 28
  const ends = strips.digits.map((_, picture) => seen(strips, picture).at(-1) as (typeof found)[number]);
  expect(Math.min(...found.map(({ left }) => left))).toBe(0);
  expect(Math.max(...ends.map(({ left, width }) => left + width))).toBe(144);
});

test("the narrowest width holds maxDigits of the widest images, whichever come", () => {
  const strips = made({ count: 500, minDigits: 3, maxDigits: 3, width: 3 * 12 + 2, height: 28 });
  strips.digits.forEach((digits, picture) => {
    expect(seen(strips, picture).map(({ shade }) => shade - 100)).toEqual([...digits]);
  });
});

test("the same seed gives the same pictures, another seed gives others; no picture at all is allowed", () => {
  const digits = drawnDigits({ count: 50, seed: 1 });
  const strips = (seed: number) => digitStrips(digits, { count: 20, seed, width: 160 });
  const same = (a: number, b: number) => Buffer.compare(strips(a).x.data, strips(b).x.data) === 0;
  expect(same(1, 1)).toBe(true);
  expect(same(1, 2)).toBe(false);
  expect(strips(1).digits).toEqual(strips(1).digits);
  expect(made({ count: 0 })).toEqual({ x: numericArray(new Uint8Array(0), [0, 32, 144]), digits: [], middles: [] });
});

test("digitStrips refuses options out of range, a width that is too small, and images of another size or without ink", () => {
  const wrong = (options: object) => expect(() => made(options));
  wrong({ count: -1 }).toThrow("digitStrips: count: expected a whole number");
  wrong({ minDigits: 0 }).toThrow("digitStrips: minDigits: expected a whole number from 1 to 4, got 0");
  wrong({ minDigits: 5 }).toThrow("digitStrips: minDigits: expected a whole number from 1 to 4, got 5");
  wrong({ maxDigits: 2.5 }).toThrow("digitStrips: maxDigits");
  wrong({ height: 27 }).toThrow("digitStrips: height: expected a whole number from 28 to 1000, got 27");
  wrong({ maxDigits: 5, width: 63 }).toThrow("digitStrips: width: expected a whole number from 64 to 10000, got 63");
  wrong({ side: 32 }).toThrow(/side/);
  const small = { x: numericArray(new Uint8Array(4), [1, 2, 2]), y: numericArray(Int32Array.of(0), [1]) };
  expect(() => digitStrips(small, { count: 1 })).toThrow(
    "digitStrips: digits: expected images [rows, 28, 28] and as many digits, got [1, 2, 2] and [1]",
  );
  const empty = { x: numericArray(new Uint8Array(784), [1, 28, 28]), y: numericArray(Int32Array.of(0), [1]) };
  expect(() => digitStrips(empty, { count: 1 })).toThrow(
    "digitStrips: digits.x[0]: expected an image with ink, got 0 in every pixel",
  );
  wrong({ count: 1_000_000, height: 1_000, width: 10_000 }).toThrow(
    "digitStrips: count: expected a size for which there is memory",
  );
  expect(() => digitStrips(undefined as never, { count: 1 })).toThrow("digitStrips: digits: expected { x, y }");
});
