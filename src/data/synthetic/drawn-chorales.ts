import { numericArray } from "../array";
import type { Chords } from "../music/chords";
import { Random } from "../random";

/** Degrees of a major scale, in semitones, and the triads on it that follow each other. */
const SCALE = [0, 2, 4, 5, 7, 9, 11];
const NEXT: Readonly<Record<number, readonly number[]>> = { 0: [3, 4, 5], 3: [0, 4, 1], 4: [0, 5], 5: [3, 1], 1: [4] };
const LOWEST = [60, 55, 48, 41]; // of each voice, soprano to bass; a voice moves within an octave above
const BEAT = 4; // steps

/** The parts of the chorales, without their source. */
export interface DrawnChorales {
  readonly train: Chords[];
  readonly validation: Chords[];
  readonly test: Chords[];
}

/**
 * Generates the stand-in for Bach's chorales: triads that a small grammar strings together, a beat or two long, each voice
 * on the nearest note of the chord. They have the form of the chorales, and nothing of Bach.
 */
export function drawnChorales(): DrawnChorales {
  const random = new Random(6);
  const many = (count: number) => Array.from({ length: count }, () => drawnChorale(random));
  return { train: many(60), validation: many(20), test: many(20) };
}

function drawnChorale(random: Random): Chords {
  const key = random.integer(12);
  const beats = 32 + 4 * random.integer(9);
  const notes: number[] = [];
  let degree = 0;
  let chord = LOWEST.map((low) => low + 6);
  for (let beat = 0; beat < beats; ) {
    const isLast = beat + 2 >= beats;
    degree = isLast ? 0 : oneOf(random, NEXT[degree] ?? [0]);
    const triad = [0, 2, 4].map((third) => (key + (SCALE[(degree + third) % SCALE.length] as number)) % 12);
    chord = chord.map((note, voice) => nearest(note, voice === 3 ? triad.slice(0, 1) : triad, LOWEST[voice] as number));
    const length = isLast ? beats - beat : 1 + random.integer(2);
    for (let step = 0; step < BEAT * length; step++) notes.push(...chord);
    beat += length;
  }
  return numericArray(Int32Array.from(notes), [notes.length / LOWEST.length, LOWEST.length]);
}

const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T;

/** The note of the chord nearest to the voice's last note, within an octave and a half above its lowest one. */
function nearest(last: number, pitches: readonly number[], low: number): number {
  const range = Array.from({ length: 18 }, (_, i) => low + i).filter((note) => pitches.includes(note % 12));
  return range.reduce((best, note) => (Math.abs(note - last) < Math.abs(best - last) ? note : best));
}
