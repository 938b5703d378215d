import { expect, test } from "vitest";
import { type Chords, counterpoint, numericArray } from "../../../src/data";
import { dataErrorOf } from "../support";

const chordsOf = (...chords: number[][]): Chords =>
  numericArray(Int32Array.from(chords.flat()), [chords.length, chords[0]?.length ?? 0]);
const counted = (...chords: number[][]) => {
  const { chordChanges, parallelFifths, parallelOctaves, voiceCrossings } = counterpoint(chordsOf(...chords));
  return [chordChanges, parallelFifths, parallelOctaves, voiceCrossings];
};

test.each([
  ["G over C, then A over D", [67, 60], [69, 62], [1, 1, 0, 0]],
  ["a twelfth, then a fifth, both down", [79, 60], [66, 59], [1, 1, 0, 0]],
  ["a fifth, then a tritone", [67, 60], [68, 62], [1, 0, 0, 0]],
  ["a fifth to a fifth, one voice still", [67, 60], [67, 60], [0, 0, 0, 0]],
  ["a fifth to a twelfth by contrary motion", [67, 60], [69, 50], [1, 0, 0, 0]],
  ["one voice moves, the other holds", [67, 60], [72, 60], [1, 0, 0, 0]],
  ["octave to octave", [72, 60], [74, 62], [1, 0, 1, 0]],
  ["unison to unison", [60, 60], [62, 62], [1, 0, 1, 0]],
  ["octave to double octave, both up", [72, 60], [86, 62], [1, 0, 1, 0]],
  ["fifths out of a silence", [67, 0], [69, 62], [1, 0, 0, 0]],
  ["a fourth is a fifth upside down, and no fifth", [65, 60], [67, 62], [1, 0, 0, 0]],
] as const)("counterpoint counts parallels: %s", (_, before, after, expected) => {
  expect(counted([...before], [...after])).toEqual([...expected]);
});

test("counterpoint counts each pair of voices: three voices in parallel fifths and octaves", () => {
  expect(counted([72, 67, 60], [74, 69, 62])).toEqual([1, 1, 1, 0]); // outer voices an octave, lower two a fifth
  expect(counted([79, 72, 67, 60], [81, 74, 69, 62])).toEqual([1, 3, 2, 0]); // 79–72, 67–60, and 79–60 a twelfth
});

test("counterpoint counts a crossing where it begins, among neighbours that sound", () => {
  expect(counted([60, 62], [60, 62], [61, 62], [64, 62], [60, 62])).toEqual([3, 0, 0, 2]);
  expect(counted([60, 60], [0, 62], [60, 0])).toEqual([2, 0, 0, 0]);
  expect(counted([60, 50, 55], [60, 50, 55])).toEqual([0, 0, 0, 1]);
});

test("counterpoint(pieces) adds up pieces, and says the counts for 100 chord changes", () => {
  const fifths = chordsOf([67, 60], [67, 60], [69, 62]);
  const octaves = chordsOf([72, 60], [74, 62], [74, 64], [76, 62], [77, 60]);
  expect(counterpoint([fifths, octaves])).toEqual({
    ...{ chordChanges: 5, parallelFifths: 1, parallelOctaves: 1, voiceCrossings: 0 },
    perHundred: { parallelFifths: 20, parallelOctaves: 20, voiceCrossings: 0 },
  });
  expect(counterpoint([]).perHundred.parallelFifths).toBeNaN();
});

test("counterpoint refuses what is no music", async () => {
  const error = await dataErrorOf(() => counterpoint(chordsOf([60, -1])));
  expect(error.message).toBe("counterpoint: chords[0][1]: expected a MIDI number from 0 (silent) to 127, got -1");
  expect((await dataErrorOf(() => counterpoint(undefined as never))).message).toContain("counterpoint: chords");
});
