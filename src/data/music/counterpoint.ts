import { type Chords, checkChords } from "./chords";

/** What `counterpoint` counts. */
export interface CounterpointCounts {
  readonly parallelFifths: number;
  readonly parallelOctaves: number;
  readonly voiceCrossings: number;
}

export interface Counterpoint extends CounterpointCounts {
  readonly chordChanges: number;
  /** The same, for 100 chord changes; NaN where no chord changes. */
  readonly perHundred: CounterpointCounts;
}

const FIFTH = 7; // semitones, up to octaves
const OCTAVE = 12;

/**
 * Counts what the rules of counterpoint forbid (Fux 1725, *Gradus ad Parnassum*), in one piece or in several together:
 *
 *   chord change      a step at which a voice has another note than at the step before, or begins or ends to sound
 *   parallel fifth    two voices move at one step in the same direction, and are a perfect fifth apart before and after
 *   parallel octave   the same with a unison or an octave
 *   voice crossing    a voice comes to sound above its upper neighbour; counted where it begins, also at the first chord
 *
 * Intervals are taken up to octaves: a twelfth is a fifth, two octaves are an octave. Fifths and octaves are counted for each pair
 * of voices, crossings for neighbours, and only among voices that sound (before and after). A tritone is no fifth. An interval
 * that two voices reach by contrary motion, or by a step of one voice alone, is allowed.
 *
 * @example
 *   const fifths = numericArray(Int32Array.of(67, 60, 69, 62), [2, 2]); // G over C, then A over D
 *   console.log(counterpoint(fifths).parallelFifths); // 1
 *
 * @param music `[steps, voices]`, the highest voice first; or a list of pieces
 * @throws DataError for what is no music of this form
 */
export function counterpoint(music: Chords | readonly Chords[]): Counterpoint {
  const pieces: readonly Chords[] = Array.isArray(music) ? music : [music as Chords];
  const counts = { chordChanges: 0, parallelFifths: 0, parallelOctaves: 0, voiceCrossings: 0 };
  for (const piece of pieces) {
    checkChords("counterpoint", piece);
    const [steps] = piece.shape;
    let before: Int32Array = new Int32Array(piece.shape[1]); // silence
    for (let step = 0; step < steps; step++) {
      const now = piece.data.subarray(step * before.length, (step + 1) * before.length);
      if (step > 0 && now.some((note, voice) => note !== before[voice])) counts.chordChanges++;
      counts.parallelFifths += parallels(before, now, FIFTH);
      counts.parallelOctaves += parallels(before, now, 0);
      counts.voiceCrossings += crossings(before, now);
      before = now;
    }
  }
  const { chordChanges, ...all } = counts;
  const per = (count: number) => (100 * count) / chordChanges;
  const perHundred = {
    parallelFifths: per(all.parallelFifths),
    parallelOctaves: per(all.parallelOctaves),
    voiceCrossings: per(all.voiceCrossings),
  };
  return { ...counts, perHundred };
}

/** How many pairs of voices move in parallel, an interval apart. */
function parallels(before: Int32Array, now: Int32Array, interval: number): number {
  let count = 0;
  for (let high = 0; high < now.length; high++) {
    for (let low = high + 1; low < now.length; low++) {
      const [a, b, c, d] = [before[high], before[low], now[high], now[low]] as [number, number, number, number];
      if (a === 0 || b === 0 || c === 0 || d === 0 || (c - a) * (d - b) <= 0) continue;
      if (Math.abs(a - b) % OCTAVE === interval && Math.abs(c - d) % OCTAVE === interval) count++;
    }
  }
  return count;
}

/** How many neighbours are crossed that were not crossed before. */
function crossings(before: Int32Array, now: Int32Array): number {
  const crossed = (chord: Int32Array, voice: number) => {
    const [high, low] = [chord[voice] as number, chord[voice + 1] as number];
    return high > 0 && low > high;
  };
  let count = 0;
  for (let voice = 0; voice + 1 < now.length; voice++) if (crossed(now, voice) && !crossed(before, voice)) count++;
  return count;
}
