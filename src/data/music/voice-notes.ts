import { DataError } from "../errors";
import type { HeldNote } from "./chords";

/** A note of a MIDI file's track. */
interface TrackNote {
  readonly midi: number;
  readonly ticks: number;
  readonly durationTicks: number;
}

/** The notes of one voice, in time steps, one after the other. */
export type VoiceNotes = readonly HeldNote[];

/**
 * The notes of each track at the nearest time steps.
 *
 * @param ticks the ticks in a time step, which may be a fraction
 * @throws DataError naming the track and the step at which two notes sound at once, or a note has a number that chords do not have
 */
export function voicesOf(
  tracks: readonly { readonly name: string; readonly notes: readonly TrackNote[] }[],
  ticks: number,
  file: string,
): { readonly voices: readonly VoiceNotes[]; readonly moved: number; readonly dropped: number } {
  let [moved, dropped] = [0, 0];
  const voices = tracks.map(({ name, notes }, track) => {
    const place = `track ${track + 1}${name === "" ? "" : ` ("${name}")`}`;
    const held = notes.flatMap(({ midi, ticks: from, durationTicks }) => {
      const [begin, end] = [from / ticks, (from + durationTicks) / ticks];
      if (midi < 1 || midi > 127) {
        throw new DataError(file, `${place}, step ${Math.round(begin)}`, "a note from 1 to 127", `${midi}`);
      }
      const note = { note: midi, begin: Math.round(begin), end: Math.round(end) };
      if (note.begin === note.end) dropped++;
      else if (!isWhole(begin) || !isWhole(end)) moved++;
      return note.begin === note.end ? [] : [note];
    });
    held.sort((a, b) => a.begin - b.begin);
    const second = held.find(({ begin }, i) => i > 0 && begin < (held[i - 1] as HeldNote).end);
    if (second === undefined) return held;
    throw new DataError(file, `${place}, step ${second.begin}`, "one note at a time", "two");
  });
  return { voices, moved, dropped };
}

/** Whether a number of steps is whole, up to the rounding of a division. */
const isWhole = (steps: number): boolean => Math.abs(steps - Math.round(steps)) < 1e-9;
