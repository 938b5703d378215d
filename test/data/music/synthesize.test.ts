import { expect, test } from "vitest";
import { type Chords, numericArray, synthesize, writeWav } from "../../../src/data";
import { dataErrorOf } from "../support";

const chordsOf = (...chords: number[][]): Chords =>
  numericArray(Int32Array.from(chords.flat()), [chords.length, chords[0]?.length ?? 0]);
const sampleRate = 8_000;

test("synthesize of one A is a sine of 440 Hz that grows for 0.02 s and dies away for 0.08 s", () => {
  const { samples } = synthesize(chordsOf([69], [69]), { bpm: 60, sampleRate, partials: [1] });
  expect(samples).toHaveLength(4_000); // two sixteenth notes at a beat a second: half a second
  const sine = (i: number) => Math.sin((2 * Math.PI * 440 * i) / sampleRate);
  expect(samples[0]).toBe(0);
  expect(samples[80]).toBeCloseTo(0.5 * sine(80), 6); // 0.01 s: half of the attack
  expect(samples[1_001]).toBeCloseTo(sine(1_001), 6);
  expect(samples[4_000 - 160]).toBeCloseTo(0.25 * sine(4_000 - 160), 6); // a quarter of the release is left
});

test("synthesize adds partials and voices by their shares, and leaves out what lies above half the sampling rate", () => {
  const options = { bpm: 60, sampleRate, partials: [1, 0.5] };
  const at = 1_003;
  const wave = (f: number) => Math.sin((2 * Math.PI * f * at) / sampleRate);
  const { samples } = synthesize(chordsOf(...Array.from({ length: 4 }, () => [81, 69])), options);
  const expected = ((wave(880) + 0.5 * wave(1_760)) / 1.5 + (wave(440) + 0.5 * wave(880)) / 1.5) / 2;
  expect(samples[at]).toBeCloseTo(expected, 6);
  const { samples: high } = synthesize(chordsOf([105], [105], [105], [105]), options); // 3,520 Hz; its octave is above 4,000 Hz
  expect(high[at]).toBeCloseTo(wave(3_520) / 1.5, 5);
});

test("synthesize is silent where all voices are, a note that is held begins once, and no sample is above 1", () => {
  const { samples } = synthesize(chordsOf([69], [69], [0], [69]), { bpm: 60, sampleRate });
  expect(samples.subarray(4_000, 6_000).every((sample) => sample === 0)).toBe(true);
  expect(samples[2_000]).not.toBe(0); // the border between two steps of one note
  const { samples: loud } = synthesize(chordsOf(...Array.from({ length: 40 }, () => new Array(7).fill(69))), {
    partials: [1],
  });
  const most = loud.reduce((high, sample) => Math.max(high, Math.abs(sample)), 0);
  expect(most).toBeLessThanOrEqual(1);
  expect(most).toBeGreaterThan(0.99);
});

test("synthesize refuses partials without sound, and options that are not known", async () => {
  const piece = chordsOf([60]);
  expect((await dataErrorOf(() => synthesize(piece, { partials: [0] }))).message).toContain("partials");
  expect((await dataErrorOf(() => synthesize(piece, { partials: [Number.NaN] }))).message).toContain("partials");
  expect((await dataErrorOf(() => synthesize(piece, { tempo: 3 } as never))).message).toContain("also tempo");
  expect(synthesize(numericArray(new Int32Array(0), [0, 4])).samples).toHaveLength(0);
  const long = numericArray(new Int32Array(10_000).fill(60), [10_000, 1]);
  const slow = await dataErrorOf(() => synthesize(long, { bpm: 4, stepsPerBeat: 1, sampleRate: 192_000 }));
  expect(slow.message).toBe("synthesize: samples: expected a size for which there is memory, got 28800000000 values");
  expect((await dataErrorOf(() => synthesize(long, { partials: 5 as never }))).message).toContain(
    "partials: expected a list",
  );
});

test("writeWav(synthesize(chords, { sampleRate })) lasts as long as the music, whatever the rate", () => {
  for (const sampleRate of [8_000, 22_050]) {
    const bytes = Buffer.from(writeWav(synthesize(chordsOf([69], [69], [69], [69]), { bpm: 60, sampleRate })));
    expect(bytes.readUInt32LE(40) / bytes.readUInt32LE(28)).toBe(1); // bytes, and bytes per second
  }
});
