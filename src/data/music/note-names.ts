import { checkWhole, DataError } from "../errors";

const PITCHES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const NAME = /^([A-G]#?)(-?\d+)$/;

/**
 * The name of a MIDI note: 60 is "C4", the middle C, and 69 is "A4", the A of 440 Hz. Black keys have the name with a sharp.
 *
 * @example
 *   console.log([60, 61, 69].map(noteName)); // [ "C4", "C#4", "A4" ]
 *
 * @throws DataError for what is no whole number from 0 to 127
 */
export function noteName(note: number): string {
  checkWhole("noteName", "note", note, 0, 127);
  return `${PITCHES[note % 12]}${Math.floor(note / 12) - 1}`;
}

/**
 * The MIDI number of a note's name, as `noteName` writes it.
 *
 * @example
 *   const middle = noteNumber("C4"); // 60
 *
 * @throws DataError for a text that is no such name
 */
export function noteNumber(name: string): number {
  const [, pitch = "", octave = ""] = NAME.exec(name) ?? [];
  const note = 12 * (Number(octave) + 1) + PITCHES.indexOf(pitch);
  if (PITCHES.includes(pitch) && note >= 0 && note <= 127) return note;
  throw new DataError("noteNumber", "name", 'the name of a MIDI note, "C#4"', JSON.stringify(name) ?? String(name));
}
