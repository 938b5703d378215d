import { expect, test } from "vitest";
import { DataError, DIRECTIONS, drawnDigits, movingDigits, numericArray, playedBackwards } from "../../../src/data";

const digits = drawnDigits({ count: 50, seed: 1 });
const clips = movingDigits(digits, { count: 200, seed: 2 });
const [SIDE, FRAMES] = [32, 8];

function frameOf({ x }: typeof clips, clip: number, frame: number): Uint8Array {
  const from = (clip * FRAMES + frame) * SIDE * SIDE;
  return x.data.subarray(from, from + SIDE * SIDE);
}

/** The frame moved by whole pixels; a pixel that leaves it comes back on the other side. */
function pushed(frame: Uint8Array, right: number, down: number): Uint8Array {
  const at = (x: number, y: number) => ((y + SIDE) % SIDE) * SIDE + ((x + SIDE) % SIDE);
  return frame.map((_, i) => frame[at((i % SIDE) - right, Math.floor(i / SIDE) - down)] as number);
}

const same = (a: typeof clips, b: typeof clips) =>
  Buffer.compare(a.x.data, b.x.data) === 0 && a.y.data.join() === b.y.data.join();

test("movingDigits(digits, options) gives bytes [count, frames, side, side], with every class of digit and direction", () => {
  expect(clips.x.shape).toEqual([200, FRAMES, SIDE, SIDE]);
  expect(clips.x.data).toBeInstanceOf(Uint8Array);
  const many = movingDigits(digits, { count: 2_000, frames: 1, seed: 3 });
  expect([...new Set(many.y.data)].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, label) => label));
});

test("each frame is the one before, moved 1, 2 or 3 pixels in the clip's direction", () => {
  const ways = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] } as const;
  const speeds = Array.from(clips.y.data, (label, clip) => {
    const [dx, dy] = ways[DIRECTIONS[label % 4] as keyof typeof ways];
    const fits = [1, 2, 3].filter((speed) =>
      Array.from({ length: FRAMES - 1 }, (_, t) => t).every(
        (t) =>
          Buffer.compare(pushed(frameOf(clips, clip, t), dx * speed, dy * speed), frameOf(clips, clip, t + 1)) === 0,
      ),
    );
    expect(fits).toHaveLength(1);
    return fits[0];
  });
  expect(new Set(speeds)).toEqual(new Set([1, 2, 3]));
});

test("the digit is the image at half the size, with the image's label", () => {
  const white = { x: numericArray(new Uint8Array(784).fill(200), [1, 28, 28]), y: numericArray(Int32Array.of(7), [1]) };
  const { x, y } = movingDigits(white, { count: 3, seed: 1 });
  expect(Array.from(y.data, (label) => Math.floor(label / 4))).toEqual([7, 7, 7]);
  expect(x.data.filter((value) => value === 200)).toHaveLength(3 * FRAMES * 14 * 14);
  expect(x.data.every((value) => value === 0 || value === 200)).toBe(true);
});

test("one frame says nothing about the direction: in every frame, all positions are equally likely for each direction", () => {
  const dot = { x: numericArray(new Uint8Array(784), [1, 28, 28]), y: numericArray(Int32Array.of(0), [1]) };
  dot.x.data.fill(255, 0, 2).fill(255, 28, 30); // one pixel, top left, at half the size
  const count = 8_000;
  const { x, y } = movingDigits(dot, { count, seed: 4 });
  for (const frame of [0, 4, 7]) {
    const seen = DIRECTIONS.map(() => new Array(16).fill(0)); // how often in each of 4 × 4 parts of the frame
    for (let clip = 0; clip < count; clip++) {
      const from = (clip * FRAMES + frame) * SIDE * SIDE;
      const at = x.data.indexOf(255, from) - from;
      const part = 4 * Math.floor(at / SIDE / 8) + Math.floor((at % SIDE) / 8);
      const counts = seen[(y.data[clip] as number) % 4] as number[];
      counts[part] = (counts[part] as number) + 1;
    }
    const expected = count / 4 / 16;
    const chiSquare = seen.flat().reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(104); // 63 degrees of freedom: more comes once in a thousand times
  }
});

test("playedBackwards(clips): each digit moves in the opposite direction; twice backwards ≡ forwards", () => {
  const back = playedBackwards(clips);
  const opposite = { left: "right", right: "left", up: "down", down: "up" };
  for (let clip = 0; clip < 20; clip++) {
    const [label, other] = [clips.y.data[clip] as number, back.y.data[clip] as number];
    expect(Math.floor(other / 4)).toBe(Math.floor(label / 4));
    expect(DIRECTIONS[other % 4]).toBe(opposite[DIRECTIONS[label % 4] as keyof typeof opposite]);
    expect(frameOf(back, clip, 0)).toEqual(frameOf(clips, clip, FRAMES - 1));
  }
  expect(same(playedBackwards(back), clips)).toBe(true);
});

test("movingDigits(…, { seed }): the same seed gives the same clips, another seed gives others", () => {
  expect(same(movingDigits(digits, { count: 200, seed: 2 }), clips)).toBe(true);
  expect(same(movingDigits(digits, { count: 200, seed: 3 }), clips)).toBe(false);
});

test("movingDigits refuses images of another size and options out of range, by name", () => {
  const small = { x: numericArray(new Uint8Array(4), [1, 2, 2]), y: numericArray(Int32Array.of(0), [1]) };
  expect(() => movingDigits(small, { count: 1 })).toThrow(
    "movingDigits: digits: expected images [rows, 28, 28] and as many digits, got [1, 2, 2] and [1]",
  );
  expect(() => movingDigits(digits, { count: 1, side: 13 })).toThrow("movingDigits: side: expected a whole number");
  expect(() => movingDigits(digits, { count: -1 })).toThrow(DataError);
  const huge = { count: 1_000_000, frames: 1_000, side: 1_000 };
  expect(() => movingDigits(digits, huge)).toThrow("movingDigits: count: expected a size for which there is memory");
});
