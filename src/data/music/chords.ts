import type { NumericArray } from "../array";
import { DataError } from "../errors";

/**
 * Music in several voices, `[steps, voices]`: the note that each voice sounds at each time step, from the highest voice to the
 * lowest. Notes are MIDI numbers, 1 to 127 (60 is the middle C, 69 the A of 440 Hz); 0 is a voice that is silent. A note that
 * is held stands in several steps, so a note that is struck again at once is not told from one that is held.
 */
export type Chords = NumericArray<Int32Array, 2>;

/** The largest MIDI number. */
const MOST = 127;

/** Refuses what is no music of this form. @throws DataError naming the step and the voice */
export function checkChords(where: string, chords: Chords): void {
  const { data, shape } = chords ?? {};
  if (!(data instanceof Int32Array) || shape?.length !== 2) {
    const got = shape === undefined ? String(chords) : `[${shape.join(", ")}]`;
    throw new DataError(where, "chords", "int32 [steps, voices]", got);
  }
  const [steps, voices] = shape;
  if (steps * voices !== data.length || voices === 0) {
    const got = `[${shape.join(", ")}] with ${data.length}`;
    throw new DataError(where, "chords", "[steps, voices] notes of one voice or more", got);
  }
  const wrong = data.findIndex((note) => note < 0 || note > MOST);
  if (wrong < 0) return;
  const place = `chords[${Math.floor(wrong / voices)}][${wrong % voices}]`;
  throw new DataError(where, place, `a MIDI number from 0 (silent) to ${MOST}`, `${data[wrong]}`);
}

/** A note of one voice: it sounds from step `begin` up to, not including, step `end`. */
export interface HeldNote {
  readonly note: number;
  readonly begin: number;
  readonly end: number;
}

/** The notes of one voice, in their order; steps in which the voice is silent are in none. */
export function heldNotes({ data, shape: [steps, voices] }: Chords, voice: number): HeldNote[] {
  const at = (step: number) => data[step * voices + voice] as number;
  const held: HeldNote[] = [];
  for (let begin = 0; begin < steps; ) {
    let end = begin + 1;
    while (end < steps && at(end) === at(begin)) end++;
    if (at(begin) > 0) held.push({ note: at(begin), begin, end });
    begin = end;
  }
  return held;
}
