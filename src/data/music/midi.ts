import { createRequire } from "node:module";
import type { Midi } from "@tonejs/midi";
import { numericArray } from "../array";
import { checkOptions } from "../check-options";
import { checkWhole, DataError } from "../errors";
import { type Chords, checkChords, heldNotes } from "./chords";
import { checkMidiChunks } from "./midi-chunks";
import { checkTempo } from "./tempo";
import { type VoiceNotes, voicesOf } from "./voice-notes";

/** `@tonejs/midi` is loaded when the first file is read or written: programs without music need not load it. */
const tonejs = (): { Midi: new (bytes?: Uint8Array) => Midi } => createRequire(__filename)("@tonejs/midi");

const TICKS_PER_BEAT = 480; // of every file that @tonejs/midi writes
const NAMES = ["Soprano", "Alto", "Tenor", "Bass"];
const CHURCH_ORGAN = 19;
/** General MIDI's channels that play notes: all but the tenth, on which a note's number is a drum. */
const CHANNELS = Array.from({ length: 16 }, (_, channel) => channel).filter((channel) => channel !== 9);
/** The most notes, steps times voices, that are read: 64 MB. A file of a few bytes may hold a note for years. */
const MOST_NOTES = 2 ** 24;
/** The end of a piece whose last step is silent stands in the file as a marker, because no note ends there. */
const END = "end";

export interface WriteMidiOptions {
  /** Time steps in a beat: 4 where a step is a sixteenth note. It divides 480, a MIDI beat's ticks. Default: 4. */
  stepsPerBeat?: number;
  /** Beats per minute. Default: 90. */
  bpm?: number;
  /** The instrument of all voices, a General MIDI program from 0 to 127. Default: 19, the church organ. */
  program?: number;
  /** The name of the piece, of characters up to "ÿ" (Latin-1), as MIDI files have no others. Default: "". */
  title?: string;
}

/**
 * Writes music as a MIDI file (format 1), which notation programs, players and Python's mido open: a track for each voice. Equal
 * notes that follow each other in a voice become one long note. `readMidi` gives the same chords back.
 *
 * @example
 *   const chords = numericArray(Int32Array.of(67, 60, 67, 59), [2, 2]); // two voices, the upper one holds its G
 *   await saveFiles("music", { "two.mid": writeMidi(chords, { bpm: 60, title: "Two chords" }) });
 *
 * @param chords `[steps, voices]`, at most 15 voices: each has a channel of its own, and one of MIDI's 16 is for drums
 * @throws DataError for what is no music of this form, and an option out of its range
 */
export function writeMidi(chords: Chords, options: WriteMidiOptions = {}): Uint8Array {
  const where = "writeMidi";
  checkOptions(where, options, ["stepsPerBeat", "bpm", "program", "title"]);
  const { program = CHURCH_ORGAN, title = "" } = options;
  checkChords(where, chords);
  const { stepsPerBeat, bpm } = checkTempo(where, options);
  const ticks = ticksPerStep(where, stepsPerBeat, TICKS_PER_BEAT);
  checkWhole(where, "program", program, 0, 127);
  const [steps, voices] = chords.shape;
  checkWhole(where, "voices", voices, 1, CHANNELS.length);
  checkTitle(where, title);
  const midi = new (tonejs().Midi)();
  midi.name = title;
  midi.header.setTempo(bpm);
  const isSilent = (step: number) =>
    chords.data.subarray(step * voices, (step + 1) * voices).every((note) => note === 0);
  if (steps > 0 && isSilent(steps - 1)) midi.header.meta.push({ type: "marker", text: END, ticks: steps * ticks });
  for (let voice = 0; voice < voices; voice++) {
    const track = midi.addTrack();
    track.name = (voices === NAMES.length && NAMES[voice]) || `Voice ${voice + 1}`;
    track.channel = CHANNELS[voice] as number;
    track.instrument.number = program;
    for (const { note, begin, end } of heldNotes(chords, voice)) {
      track.addNote({ midi: note, ticks: begin * ticks, durationTicks: (end - begin) * ticks, velocity: 0.75 });
    }
  }
  return midi.toArray();
}

export interface ReadMidiOptions {
  /** Time steps in a beat: 4 where a step is a sixteenth note. Default: 4. */
  stepsPerBeat?: number;
}

/** The music of a MIDI file. */
export interface MidiMusic {
  /** `[steps, voices]`, a voice for each track. */
  readonly chords: Chords;
  /** The name of the piece, or "". */
  readonly title: string;
  /** Beats per minute at the begin; 120, MIDI's own default, where the file does not say it. */
  readonly bpm: number;
  /** The number of notes that do not begin and end at a step, and were moved to the nearest one. */
  readonly moved: number;
  /** The number of notes that were so short that both ends moved to the same step: they are not in `chords`. */
  readonly dropped: number;
}

/**
 * Reads a MIDI file into time steps. Each track is a voice, in the file's order; a track with neither notes nor a name is passed
 * over, and so is a first track without notes. A note that no event ends is left out. Changes of tempo do not matter, because
 * steps are counted in beats.
 *
 * @example
 *   const chords = numericArray(Int32Array.of(67, 60, 67, 59), [2, 2]);
 *   const same = readMidi(writeMidi(chords), "two.mid"); // same.chords equals chords
 *
 * @param file the name of the bytes in errors
 * @throws DataError for bytes that are no whole MIDI file of format 0 or 1, a file without a note, a track in which two notes sound at
 *   once, a note that is not from 1 to 127 (0 is silence in chords), a tempo of 0, and more than 16,777,216 steps times voices
 */
export function readMidi(bytes: Uint8Array, file: string, options: ReadMidiOptions = {}): MidiMusic {
  const where = "readMidi";
  checkOptions(where, options, ["stepsPerBeat"]);
  const { stepsPerBeat } = checkTempo(where, options);
  checkMidiChunks(bytes, file);
  const midi = parsed(bytes, file);
  const ticks = midi.header.ppq / stepsPerBeat;
  const tracks = midi.tracks.filter(({ notes, name }) => notes.length > 0 || name !== "");
  const { voices, moved, dropped } = voicesOf(tracks, ticks, file);
  if (voices.every(({ length }) => length === 0)) throw new DataError(file, "notes", "at least one", "none");
  const marked = midi.header.meta.filter(({ type, text }) => type === "marker" && text === END);
  const ends = [
    ...marked.map((each) => Math.round(each.ticks / ticks)),
    ...voices.map((notes) => notes.at(-1)?.end ?? 0),
  ];
  const steps = ends.reduce((most, end) => Math.max(most, end), 0);
  if (steps * voices.length > MOST_NOTES) {
    const expected = `at most ${Math.floor(MOST_NOTES / voices.length)} for ${voices.length} voices`;
    throw new DataError(file, "time steps", expected, `${steps}`);
  }
  const bpm = midi.header.tempos[0]?.bpm ?? 120;
  if (!Number.isFinite(bpm)) throw new DataError(file, "tempo", "microseconds of a beat, above 0", "0");
  return { chords: chordsOf(voices, steps), title: midi.name, bpm, moved, dropped };
}

/** The writer keeps the lower 8 bits of a character's number: another letter would stand there. @throws DataError */
function checkTitle(where: string, title: string): void {
  if (typeof title === "string" && Array.from(title).every((letter) => letter <= "ÿ")) return;
  throw new DataError(where, "title", "a text of Latin-1 characters, up to ÿ", JSON.stringify(title) ?? typeof title);
}

function parsed(bytes: Uint8Array, file: string): Midi {
  try {
    return new (tonejs().Midi)(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(file, "content", "a MIDI file", why);
  }
}

function ticksPerStep(where: string, stepsPerBeat: number, ticks: number): number {
  if (ticks % stepsPerBeat === 0) return ticks / stepsPerBeat;
  throw new DataError(where, "stepsPerBeat", `a number that divides ${ticks}`, `${stepsPerBeat}`);
}

function chordsOf(voices: readonly VoiceNotes[], steps: number): Chords {
  const notes = new Int32Array(steps * voices.length);
  voices.forEach((list, voice) => {
    for (const { note, begin, end } of list) {
      for (let step = begin; step < end; step++) notes[step * voices.length + voice] = note;
    }
  });
  return numericArray(notes, [steps, voices.length]);
}
